"""What every test shares: an environment without settings, one printed seed, quiet property tests."""

import asyncio
import os
import random
import secrets

import hypothesis
import pytest

from app.settings.fields import PREFIX
from app.settings.load import RESERVED

pytest.register_assert_rewrite("tests.integration", "tests.product", "tests.played", "tests.terminal")
SEED = int(os.environ.get("KANARYA_TEST_SEED") or secrets.randbelow(1 << 32))
os.environ["KANARYA_TEST_SEED"] = str(SEED)  # the processes that share the suite draw from the same one

hypothesis.settings.register_profile("kanarya", deadline=None, print_blob=True)
# That a mutation is noticed is all that is asked there: the same examples each time, and none made smaller.
hypothesis.settings.register_profile(
    "mutations", deadline=None, derandomize=True, database=None, phases=[hypothesis.Phase.generate]
)
hypothesis.settings.load_profile("kanarya")


def pytest_configure() -> None:
    """A developer's own settings must not steer the tests, nor the processes that tests start.

    And no event loop exists outside of tests: asyncio would make one when pytest-asyncio first asks, and nobody
    would close it.
    """
    asyncio.set_event_loop(None)
    for name in list(os.environ):
        if name.startswith(PREFIX) and not name.startswith(RESERVED):
            del os.environ[name]


def pytest_report_header() -> str:
    return f"seed of random choices: KANARYA_TEST_SEED={SEED}"


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """A seed of the test's own, from the printed one; the same test gets the same again."""
    return random.Random(f"{SEED} {request.node.nodeid}").randrange(1 << 32)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long go first, so that the processes that share the suite end together."""
    takes: dict[object, float] = {}
    for item in items:
        slow, broker = item.get_closest_marker("slow"), item.get_closest_marker("kafka")
        takes[item.path] = takes.get(item.path, 0) + (20 if slow else 5 if broker else 0.03)
    items.sort(key=lambda item: -takes[item.path])
