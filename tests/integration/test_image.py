"""The image, built and run as the compose file runs it: topics, a worker, its health, records in, an alert out."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.settings import Settings
from tests.integration.container import Container, build, engine, grace_s, running
from tests.integration.patience import until

embedded = pytest.mark.parametrize("broker", [pytest.param("embedded", marks=pytest.mark.kafka)], indirect=True)
START_S = 60.0
pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]  # the first build fetches and compiles


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """A Docker engine that holds the image."""
    with engine() as found:
        build(found)
        yield found


@pytest.fixture
def variables(bare: Settings) -> dict[str, str]:
    """The test's own broker and names; no topic exists yet."""
    return {f"KANARYA_{name.upper()}": str(getattr(bare, name)) for name in bare.model_fields_set}


def printed(client: Any, variables: dict[str, str], *command: str) -> str:
    """What a command prints in a container of its own; it must end with 0."""
    with running(client, "kanarya", *command, **variables) as container:
        assert container.ended() == 0, container.log
        return container.log


def says(worker: Container, event: str) -> None:
    def said() -> bool:
        assert worker.state["Status"] == "running", worker.log
        return f'"event": "{event}"' in worker.log

    until(said, f"{event} in the log of the container", START_S)


@embedded
def test_the_image_works_as_the_compose_file_runs_it(client: Any, variables: dict[str, str]) -> None:
    assert "created" in printed(client, variables, "topics", "apply")

    with running(client, "worker", "worker", **variables) as worker:
        says(worker, "worker_ready")
        until(lambda: worker.state["Health"]["Status"] == "healthy", "a healthy container", START_S)
        assert worker.user_ids == {"10001"}
        printed(client, variables, "produce", "/examples/touchpoints.jsonl")

        def alerted() -> list[dict[str, Any]]:
            return [json.loads(line) for line in printed(client, variables, "alerts", "--json").splitlines()]

        (alert,) = until(alerted, "an alert", START_S)
        code, took_s = worker.stop(grace_s("worker"))
        assert '"drained": true' in worker.log

    assert (alert["customer_id"], alert["score"]) == ("cus-42", 82)
    assert code == 0
    assert took_s < grace_s("worker") / 2


@embedded
def test_a_worker_without_its_broker_is_no_container_to_restart_and_says_what_it_lacks(
    client: Any, variables: dict[str, str]
) -> None:
    nowhere = variables | {"KANARYA_BROKER": "127.0.0.1:1"}
    with running(client, "worker", "worker", **nowhere) as worker:
        says(worker, "broker_away")
        until(lambda: worker.state["Health"]["Log"], "a health check", START_S)

        assert worker.state["Health"]["Log"][-1]["ExitCode"] == 0
        code, said = worker.asked("kanarya", "worker", "--status")
        assert code == 1
        assert "not healthy: waiting for broker" in said
        assert worker.stop(grace_s("worker"))[0] == 0
