"""A group that stays behind on the user's cluster is said, whatever the broker's reason."""

from typing import Any

import pytest

from app.verify import leftovers
from app.verify.worker import VerifyError

DONE, MOVED, REFUSED, NOT_EMPTY, UNKNOWN = 0, 16, 30, 68, 69


class Answering:
    """Answers like an admin client, with these codes one after the other; the last one for ever."""

    def __init__(self, *codes: int) -> None:
        self.codes = list(codes)
        self.asked = 0

    async def find_coordinator(self, group: str) -> int:
        return 1

    async def _send_request(self, request: Any, node: int) -> Any:
        self.asked += 1
        code = self.codes.pop(0) if len(self.codes) > 1 else self.codes[0]
        return type("Answer", (), {"results": [("verify-0a1b", code)]})


@pytest.mark.parametrize("codes", [(DONE,), (UNKNOWN,), (NOT_EMPTY, DONE), (MOVED, DONE)])
async def test_a_group_is_asked_for_until_it_is_gone(codes: tuple[int, ...]) -> None:
    admin: Any = Answering(*codes)

    await leftovers._delete_group(admin, "verify-0a1b")

    assert admin.asked == len(codes)


@pytest.mark.parametrize(("code", "why"), [(REFUSED, "GroupAuthorizationFailed"), (NOT_EMPTY, "NonEmptyGroup")])
async def test_a_group_that_stays_is_said(code: int, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "_EMPTY_S", 0.3)
    admin: Any = Answering(code)

    with pytest.raises(VerifyError, match=rf"does not delete the group verify-0a1b \({why}.*by hand"):
        await leftovers._delete_group(admin, "verify-0a1b")
