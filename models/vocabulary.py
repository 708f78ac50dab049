"""The channels and kinds of touchpoints, each with its meaning; `models.touchpoint` takes their codes from here.

docs/events.md shows them. The place in each table is the code in stored bytes, so both only ever grow at their end.
"""

from typing import Final

CHANNEL_MEANINGS: Final[dict[str, str]] = {
    "email": "electronic mail",
    "phone": "a call, by a person or a machine",
    "chat": "a chat on your site or in your app, also with a bot",
    "sms": "a text message",
    "social": "a social network or a public messenger",
    "web": "your web site",
    "app": "your mobile or desktop app",
    "in_store": "a shop, a branch, a counter",
    "survey": "a questionnaire, wherever it was shown",
    "order": "the order system",
    "iot": "a device that reports by itself",
    "review": "a review site or a market place",
    "mail": "a letter or a parcel",
    "other": "anything else",
}
"""Where it happened."""

KIND_MEANINGS: Final[dict[str, str]] = {
    "message": "a written message, in either direction",
    "call": "a spoken conversation; with `wait_s` above 0 and `duration_s` 0 it was given up in the queue",
    "visit": "someone came in",
    "page_view": "a page was looked at",
    "help_view": "a page of the help was looked at",
    "search": "something was searched for",
    "complaint": "the customer complains; open until the case closes or a good answer comes",
    "review": "a public opinion, mostly with a `score`",
    "idea": "a wish or a proposal",
    "agent_note": "what an employee wrote down; never taken for the customer's feeling",
    "survey_offered": "a survey was shown or sent; needs no `score.value`",
    "survey_answered": "the answer to a survey",
    "survey_declined": "a survey was turned down; needs no `score.value`",
    "case_opened": "a case (ticket, claim, return) began; a contact, but no complaint",
    "case_updated": "something happened in a case",
    "case_transferred": "a case went to another person or team",
    "case_resolved": "a case is solved, as the company sees it",
    "case_reopened": "a case that was solved is open again; a negative experience",
    "case_closed": "a case is at its end",
    "order_placed": "an order was made; makes someone a customer",
    "order_delivered": "an order has arrived",
    "order_cancelled": "an order was called off; money trouble",
    "order_refunded": "money was given back; money trouble",
    "payment_failed": "a payment did not go through; money trouble",
    "subscription_started": "a contract began; makes someone a customer",
    "subscription_paused": "a contract rests",
    "subscription_cancelled": "a contract was ended; money trouble",
    "usage_reported": "a device or an app reports how much it is used",
    "device_error": "a device reports a fault",
    "outbound_sent": "the company sent something to the customer",
    "identified": "the customer of an identifier is known now",
    "merged": "two customer ids are one person",
    "unmerged": "they are two after all",
    "consent_changed": "the customer agrees to a purpose, or no longer does",
    "preference_set": "the customer states a wish",
    "incident_started": "a fault that customers notice began",
    "incident_resolved": "such a fault is over",
    "alert_acknowledged": "a person has taken an alert on",
    "alert_snoozed": "a person wants to be reminded of an alert later",
    "alert_judged": "a person says whether an alert was right",
}
"""What happened."""
