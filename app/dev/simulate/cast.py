"""Which customer lives which story, and how often: `app.dev.simulate.stream` draws from `STORIES`."""

from collections.abc import Callable
from typing import Final

from app.dev.simulate.customer import Customer
from app.dev.simulate.grievances import (
    angry_on_three_channels,
    angry_once,
    billing_trouble,
    left_waiting,
    repeated_contact,
    slow_detractor,
    wavering,
    won_back,
)
from app.dev.simulate.stories import bursty, came_back, content, silent

Story = Callable[[Customer], None]

STORIES: Final[tuple[tuple[Story, int], ...]] = (
    (content, 53),
    (angry_once, 20),
    (angry_on_three_channels, 3),
    (left_waiting, 1),
    (slow_detractor, 2),
    (billing_trouble, 1),
    (repeated_contact, 1),
    (wavering, 1),
    (won_back, 3),
    (bursty, 7),
    (silent, 6),
    (came_back, 2),
)
"""Each story with its share in percent."""
