"""What the document of a run says of it as a whole."""

from app.verify.result import Result, as_dict


def result(fault: str, *faults: str) -> Result:
    return Result(fault, (1,), 7, "embedded", "short", 100, 50, faults=list(faults))


def told(*results: Result) -> tuple[bool, list[str]]:
    document = as_dict(results, ["steady", "sigkill"], "kanarya verify", "2026-11-26T050000Z")
    return document["passed"], document["not_run"]


def test_a_run_has_passed_when_every_fault_that_was_asked_for_has() -> None:
    assert told(result("steady"), result("sigkill")) == (True, [])
    assert told(result("steady"), result("sigkill", "lost: 1")) == (False, [])


def test_a_run_that_was_broken_off_has_not_passed_and_names_what_is_missing() -> None:
    assert told() == (False, ["steady", "sigkill"])
    assert told(result("steady")) == (False, ["sigkill"])
