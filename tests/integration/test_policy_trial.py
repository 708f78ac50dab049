"""docs/changing-the-policy.md, played: a policy tried on a stored customer, and beside the workers."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from app.catalogue import alerts
from app.dev.simulate.record import Record
from app.settings import Settings
from tests.integration.librdkafka import Feed, committed, read
from tests.integration.workers import ROOT, Workers, environment

PAGE = (ROOT / "docs/changing-the-policy.md").read_text()
STORED, BESIDE = [block.splitlines() for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)]
LINES = (ROOT / "docs/examples/touchpoints.jsonl").read_bytes().splitlines()

embedded = pytest.mark.parametrize("broker", [pytest.param("embedded", marks=pytest.mark.kafka)], indirect=True)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """The file of the page."""
    example = re.search(r"```toml policy\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    path = tmp_path / "spring.toml"
    path.write_text(example[1])
    return path


def words(line: str, settings: Settings, policy: Path) -> list[str]:
    """A line of the page with the names of the test in place of the page's."""
    named = {"spring.toml": str(policy), "trial": f"trial{settings.group}", "trial.": f"trial-{settings.topic_prefix}"}
    named["kanarya.touchpoints"] = settings.inputs[0]
    program, *rest = [named.get(word, word) for word in shlex.split(line)]
    assert program == "kanarya"
    return rest


def call(line: str, settings: Settings, policy: Path) -> str:
    """Standard output of a line that must end well."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *words(line, settings, policy)],
        cwd=ROOT, env=environment(settings), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@embedded
def test_a_policy_is_tried_on_a_customer_and_beside_the_workers(
    settings: Settings, workers: Workers, policy: Path
) -> None:
    feed = Feed(settings.broker)
    feed.send(settings.inputs[0], [Record(b"cus-42", line, (), "good", "", "", 0) for line in LINES])
    with committed(settings) as group:
        worker = workers.start()
        group.reach(feed.ends)
        worker.stop()
        before = group.offsets(feed.topics, settings.partitions)

    shipped, _, tried = [call(line, settings, policy) for line in STORED]
    assert "(critical)" in shipped.splitlines()[0]
    assert json.loads(tried)["policy_version"].startswith("spring+")

    apply, serve, look = BESIDE
    call(apply, settings, policy)
    trial = words(serve, settings, policy)
    group_name = trial[trial.index("--group") + 1]
    beside = workers.start("-m", "app", *trial)
    with committed(settings.model_copy(update={"group": group_name})) as group:
        group.reach(feed.ends)
    beside.stop()

    (published,) = read(settings.broker, alerts(settings))
    (tried_alert,) = map(json.loads, call(look, settings, policy).splitlines())
    own = json.loads(published.value or b"")
    assert tried_alert["policy_version"].startswith("spring+")
    assert not own["policy_version"].startswith("spring")
    assert (tried_alert["customer_id"], tried_alert["change"]) == (own["customer_id"], own["change"])
    with committed(settings) as group:
        assert group.offsets(feed.topics, settings.partitions) == before
