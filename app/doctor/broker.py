"""Whether a broker answers and lets this client in, and whether producers can be idempotent."""

from aiokafka.errors import KafkaError

from app.doctor.finding import Finding, failed
from app.engine.preflight import gives_idempotence
from app.kafka import client_options, sentence
from app.login.knock import knock
from app.login.options import principal
from app.settings import Settings


async def check_broker(settings: Settings) -> Finding:
    """Whether a broker answers, knows this client and is known to it."""
    try:
        address = await knock(settings, client_options(settings, "doctor"))
    except KafkaError as error:
        return failed("broker", "nothing works without it", sentence(error, settings))
    who = "" if settings.security == "plaintext" else f" and lets {principal(settings)} in"
    return Finding("broker", "ok", f"{address} answers by {settings.security}{who}")


async def check_idempotence(settings: Settings) -> Finding:
    """Whether a retried send writes once."""
    if await gives_idempotence(client_options(settings, "doctor")):
        return Finding("idempotence", "ok", "producers get idempotent sessions")
    return Finding(
        "idempotence", "warn", "the broker gives no idempotent sessions",
        "a send that is retried may write an alert twice, with the same id",
        "use Apache Kafka, or let readers drop ids they know",
    )  # fmt: skip
