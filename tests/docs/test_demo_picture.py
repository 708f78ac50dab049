"""The picture in docs/demo.md is what the demo draws."""

from tests.docs.demo_picture import PAGE, with_picture


def test_the_picture_is_up_to_date() -> None:
    """After a change: python -m tests.docs.demo_picture"""
    assert with_picture(PAGE.read_text()) == PAGE.read_text()
