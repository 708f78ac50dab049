"""No decoding in Faust: an event carries what the consumer made, a `Delivery` or a changelog batch, untouched."""

from collections.abc import Awaitable, Callable
from typing import Any

from faust.serializers.schemas import Schema


class RawSchema(Schema):
    """Hands `message.value` on as the event's value."""

    def compile(self, app: Any, **_: Any) -> Callable[..., Awaitable[Any]]:
        """The decoder that Faust's conductor calls once per event."""
        create_event = app.create_event

        async def decode(message: Any, *, propagate: bool = False) -> Any:  # noqa: ARG001 - Faust passes it by name
            return create_event(message.key, message.value, None, message)

        return decode
