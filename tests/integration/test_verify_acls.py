"""`kanarya verify` on a cluster with an authorizer: told what is lacking, and at work under the documented grants."""

import json
import os
import subprocess
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

from app.settings import Settings
from tests.integration import certificates
from tests.integration.names import fresh_settings
from tests.integration.real_kafka import require_own
from tests.integration.secured_kafka import Secured, secured_kafka
from tests.integration.test_verify import command
from tests.integration.workers import ROOT, environment

pytestmark = pytest.mark.kafka
DOCUMENTED = {
    ResourceType.TOPIC: ("CREATE", "DELETE", "DESCRIBE", "DESCRIBE_CONFIGS", "READ", "WRITE"),
    ResourceType.GROUP: ("READ", "DESCRIBE", "DELETE"),
}
"""As docs/verify.md lists them, on names that begin with verify-."""


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[Secured]:
    require_own("a Kafka with an authorizer")
    if missing := certificates.lacking():
        pytest.skip(missing)
    with secured_kafka(tmp_path, acls=True) as running:
        yield running


def called(kafka: Secured) -> subprocess.CompletedProcess[str]:
    fresh = fresh_settings(kafka.plain).model_dump(exclude_unset=True)
    settings = Settings.model_validate(fresh | kafka.by_password("operator"))
    words = command("--fault", "steady", "--events", 1500, "--rate", 1500, "--seed", 7, "--json")
    return subprocess.run(
        [*words, "--broker", settings.broker],
        cwd=ROOT,
        env=os.environ | environment(settings),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_it_works_under_the_documented_grants_and_says_what_is_lacking_without(kafka: Secured) -> None:
    admin = AdminClient({"bootstrap.servers": kafka.plain})
    refused = called(kafka)

    assert refused.returncode == 1, refused.stderr
    assert "its principal needs CREATE and DELETE on topics that begin with verify-" in refused.stderr
    assert "Traceback" not in refused.stderr

    page = (ROOT / "docs" / "verify.md").read_text()
    assert all(", ".join(names) in page for names in DOCUMENTED.values())
    grants = [
        AclBinding(
            kind, "verify-", ResourcePatternType.PREFIXED, "User:operator", "*", AclOperation[name],
            AclPermissionType.ALLOW,
        )
        for kind, names in DOCUMENTED.items()
        for name in names
    ]  # fmt: skip
    for done in admin.create_acls(grants).values():
        done.result(10)
    worked = called(kafka)

    assert worked.returncode == 0, worked.stdout + worked.stderr
    assert json.loads(worked.stdout)["passed"]
    assert not [name for name in admin.list_topics(timeout=10).topics if name.startswith("verify-")]
    assert not [group for group in admin.list_consumer_groups().result(10).valid if group.group_id.startswith("verify")]
