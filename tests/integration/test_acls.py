"""What `kanarya topics acls` prints is enough for each role, on a real Kafka that holds everyone to it."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from app.cli.commands import run
from app.dev.children import Children
from app.settings import Settings
from tests.integration import certificates
from tests.integration.names import fresh_settings
from tests.integration.real_kafka import require_own
from tests.integration.secured_kafka import Secured, secured_kafka
from tests.integration.workers import Workers, environment

pytestmark = pytest.mark.kafka
RESOURCES = {"--topic": ResourceType.TOPIC, "--group": ResourceType.GROUP}
OPERATIONS = {
    "Create": AclOperation.CREATE,
    "Describe": AclOperation.DESCRIBE,
    "DescribeConfigs": AclOperation.DESCRIBE_CONFIGS,
    "Read": AclOperation.READ,
    "Write": AclOperation.WRITE,
}


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[Secured]:
    require_own("a Kafka with an authorizer")
    if missing := certificates.lacking():
        pytest.skip(missing)
    with secured_kafka(tmp_path, acls=True) as running:
        yield running


def bindings(line: str) -> list[AclBinding]:
    """What one printed line grants."""
    words = shlex.split(line, comments=True)
    pairs = list(zip(words, [*words[1:], ""], strict=True))
    (principal,) = [after for word, after in pairs if word == "--allow-principal"]
    resources = [(RESOURCES[word], after) for word, after in pairs if word in RESOURCES]
    resources += [(ResourceType.BROKER, "kafka-cluster") for word in words if word == "--cluster"]
    operations = [OPERATIONS[after] for word, after in pairs if word == "--operation"]
    return [
        AclBinding(kind, name, ResourcePatternType.LITERAL, principal, "*", operation, AclPermissionType.ALLOW)
        for kind, name in resources
        for operation in operations
    ]


def test_each_role_does_its_work_under_exactly_what_is_printed_and_no_other_role_s(
    kafka: Secured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = fresh_settings(kafka.plain).model_dump(exclude_unset=True)

    def as_user(user: str) -> Settings:
        settings = Settings.model_validate(fresh | kafka.by_password(user))
        for name, value in environment(settings).items():
            if name.startswith("KANARYA_"):
                monkeypatch.setenv(name, value)
        return settings

    touchpoint = {
        "id": "1", "customer_id": "c", "time": 1_767_225_600_000, "channel": "web", "kind": "survey_answered",
        "score": {"metric": "nps", "value": 0},
    }  # fmt: skip
    file = tmp_path / "touchpoints.jsonl"
    file.write_text(
        "\n".join(json.dumps(touchpoint | {"id": str(n), "channel": c}) for n, c in enumerate(("web", "sms")))
    )

    worker = as_user("worker")
    with Children() as children:  # nothing is granted yet: every topic is hidden
        code, why = Workers(children, worker).start().ended(20)
    assert code == 1
    assert "kanarya topics acls" in why

    for role in ("worker", "producer", "reader", "operator"):
        assert run(["topics", "acls", "--role", role, "--principal", f"User:{role}"]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("#")]
    wanted = [each for line in lines for each in bindings(line)]
    admin = AdminClient({"bootstrap.servers": kafka.plain})
    for done in admin.create_acls(wanted).values():
        done.result(10)

    as_user("operator")
    assert run(["topics", "apply"]) == 0
    as_user("producer")
    assert run(["produce", str(file)]) == 0
    with Children() as children:
        running = Workers(children, worker).start()
        as_user("operator")
        while run(["profile", "c", "--json"]) != 0:
            assert running.child.running, running.child.last_lines()
        assert running.stop()["applied"] == 2
    for command in (
        ["topics", "check"],
        ["doctor"],
        ["dlq", "ls"],
        ["profiles", "dump"],
        ["topics", "generation", worker.inputs[0]],
    ):
        assert run(command) == 0, command
    as_user("reader")
    assert run(["alerts"]) == 0
    capsys.readouterr()

    for user, command in {"reader": ["produce", str(file)], "producer": ["alerts"], "worker": ["alerts"]}.items():
        as_user(user)
        assert run(command) == 1, user
