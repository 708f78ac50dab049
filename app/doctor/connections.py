"""Closes what a check that is cut leaves open: `app.doctor.examine` cuts those that take too long.

aiokafka forgets the connection by which it asks for the brokers when it is cancelled while it waits for their answer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiokafka.client


@contextmanager
def closing_connections() -> Iterator[None]:
    """Every connection that aiokafka's clients make in the block is closed at its end, if it is open by then."""
    made: list[Any] = []
    create = aiokafka.client.create_conn

    async def remembered(*place: Any, **options: Any) -> Any:
        connection = await create(*place, **options)
        made.append(connection)
        return connection

    aiokafka.client.create_conn = remembered
    try:
        yield
    finally:
        aiokafka.client.create_conn = create
        for connection in made:
            if connection.connected():
                connection.close()
