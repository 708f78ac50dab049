"""What the doctor makes of the books; whole topics are read in `tests/integration/test_books.py`."""

import pytest

from app.doctor.books import Account, judged


def account(open_records: int, **more: bool) -> Account:
    produced = 100 + open_records
    return Account(3, {"t": produced - 1}, produced, touchpoints=90, duplicates=4, dead_letters=6, **more)


def test_closed_books_are_said_with_their_columns() -> None:
    found = judged([account(0), Account(4)], letters_cut=False, start="earliest")

    assert found.state == "ok"
    assert found.what == "the books are closed: 100 produced = 90 in profiles + 4 duplicates + 6 dead letters"


@pytest.mark.parametrize(
    ("account", "letters_cut", "start", "state"),
    [
        (account(1), False, "earliest", "fault"),
        (account(-1), False, "earliest", "fault"),
        (account(1), True, "earliest", "warn"),
        (account(-1), True, "earliest", "fault"),
        (account(1), False, "latest", "warn"),
        (account(1, is_cut=True), False, "earliest", "warn"),
        (account(-1, is_cut=True), False, "earliest", "fault"),
        (account(-1, is_renewed=True), False, "earliest", "warn"),
    ],
)
def test_open_books_are_a_fault_unless_what_was_there_is_gone(
    account: Account, letters_cut: bool, start: str, state: str
) -> None:
    found = judged([account], letters_cut=letters_cut, start=start)

    assert found.state == state
    assert f"partition 3 by {account.open_records}" in found.what
    assert found.mend


def test_what_is_open_in_one_partition_is_not_made_good_by_another() -> None:
    found = judged([account(1), account(-1)], letters_cut=False, start="earliest")

    assert found.state == "fault"
    assert found.details["open_records"] == 2
