"""The page of the public profile tells of every field that there is."""

from pathlib import Path

from models.alert_record import PublicProfile
from tests.docs.test_pages import code

PAGE = Path(__file__).parents[2] / "docs" / "profile.md"


def test_every_public_field_is_named_on_the_page() -> None:
    named = {span.partition(".")[0] for span in code(PAGE)}

    assert set(PublicProfile.__annotations__) <= named
