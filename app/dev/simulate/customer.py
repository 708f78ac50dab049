"""One simulated customer and what is written down of them: the words in which `stories` and `everyday` are told."""

from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from app.dev.simulate.phrases import PHRASES, PRODUCTS, Mood, Phrases, say

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

_SOURCES: Final = {"phone": "call-centre", "order": "shop", "web": "shop", "app": "shop", "iot": "devices"}
_ANSWERS: Final = {"angry": (1, 2), "neutral": (3, 4), "happy": (4, 5)}


class Customer:
    """Collects the touchpoints of one customer; those outside [start_ms, end_ms) have not happened and are left out."""

    def __init__(
        self, customer_id: str, number: int, rng: Random, start_ms: int, end_ms: int, phrases: Phrases = PHRASES
    ) -> None:
        self.customer_id = customer_id
        self.number = number
        self.rng = rng
        self.start_ms = start_ms
        self.end_ms = end_ms
        self.language = rng.choice(tuple(phrases))
        self.product = rng.choice(PRODUCTS)
        self.order = f"K{rng.randint(100_000, 999_999)}"
        self.written: list[tuple[int, dict[str, Any]]] = []
        """(event time, touchpoint) in the order of telling."""
        self._phrases = phrases
        self._cases = 0

    def write(self, at_ms: int, channel: str, kind: str, **fields: object) -> None:
        """Write one touchpoint down; the shop writes its times as RFC 3339, the others as epoch milliseconds."""
        if not self.start_ms <= at_ms < self.end_ms:
            return
        source = _SOURCES.get(channel, "crm")
        time: object = at_ms
        if source == "shop":
            time = f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"
        touchpoint: dict[str, Any] = {
            "id": f"{self.number:x}-{len(self.written):x}",
            "source": source,
            "customer_id": self.customer_id,
            "time": time,
            "channel": channel,
            "kind": kind,
        }
        touchpoint.update(fields)
        self.written.append((at_ms, touchpoint))

    def new_case(self) -> str:
        """The number of a new case of this customer."""
        self._cases += 1
        return f"case-{self.number:x}-{self._cases}"

    def message(self, at_ms: int, channel: str, mood: Mood, **fields: object) -> None:
        """A written message of the customer."""
        text = self._say(mood)
        self.write(at_ms, channel, "message", language=self.language, text=text, **fields)

    def complaint(self, at_ms: int, channel: str, case_id: str, issue: str) -> None:
        """A complaint and the case it opens."""
        text = self._say("angry")
        self.write(at_ms, channel, "complaint", language=self.language, text=text, case_id=case_id, issue=issue)
        self.write(at_ms + 2 * MINUTE_MS, channel, "case_opened", actor="system", case_id=case_id, issue=issue)

    def call(self, at_ms: int, wait_s: int, duration_s: int, **fields: object) -> None:
        """A call: some wait in the queue, `duration_s` 0 when the customer gave up."""
        employee = f"emp-{self.rng.randint(1, 40):02d}"
        self.write(at_ms, "phone", "call", wait_s=wait_s, duration_s=duration_s, employee_id=employee, **fields)

    def survey(self, at_ms: int, metric: str, mood: Mood, **fields: object) -> None:
        """An answer to a survey: csat 1-5, nps 0-10, or ces 1-7."""
        low, high = _ANSWERS[mood]
        value = self.rng.randint(low, high)
        score: dict[str, object] = {"metric": metric, "value": value}
        if metric == "nps":
            score["value"] = {1: 1, 2: 4, 3: 7, 4: 9, 5: 10}[value]
        elif metric == "ces":
            score.update(value={1: 1, 2: 2, 3: 4, 4: 6, 5: 7}[value], min=1, max=7)
        self.write(at_ms, "survey", "survey_answered", score=score, **fields)

    def review(self, at_ms: int, mood: Mood) -> None:
        """A public review with one to ten stars."""
        low, high = _ANSWERS[mood]
        score = {"metric": "rating", "value": self.rng.randint(2 * low - 1, 2 * high), "min": 1, "max": 10}
        text = self._say(mood)
        self.write(at_ms, "review", "review", language=self.language, text=text, product=self.product, score=score)

    def purchase(self, at_ms: int) -> None:
        """An order and, some days later, its delivery."""
        rng = self.rng
        self.product = rng.choice(PRODUCTS)
        self.order = f"K{rng.randint(100_000, 999_999)}"
        price = f"{rng.randint(15, 900)}.{rng.choice(('00', '50', '90', '99'))}"
        items = [{"product": self.product, "quantity": 1, "price": price}]
        promised_ms = at_ms + 4 * DAY_MS
        order = {"id": self.order, "value": price, "currency": "EUR", "items": items, "promised_at": promised_ms}
        self.write(at_ms, rng.choice(("web", "app", "order", "in_store")), "order_placed", order=order)
        delivered = {"id": self.order}
        self.write(at_ms + rng.randint(30, 120) * HOUR_MS, "order", "order_delivered", actor="system", order=delivered)

    def _say(self, mood: Mood) -> str:
        return say(self.rng, mood, self.product, self.order, self.language, self._phrases)

    def daytime(self, day_ms: int) -> int:
        """A moment between 7 and 22 o'clock of the UTC day that holds `day_ms`."""
        return day_ms - day_ms % DAY_MS + 7 * HOUR_MS + int(self.rng.betavariate(2, 2) * 15 * HOUR_MS)

    def some_day(self) -> int:
        """A daytime moment anywhere in the story time (it may fall just outside at its two ends)."""
        return self.daytime(self.rng.randrange(self.start_ms, self.end_ms))
