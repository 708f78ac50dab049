"""The systemd unit agrees with the product, and systemd reads it without complaint."""

import shutil
import subprocess
from pathlib import Path

import pytest

from app.cli.commands import _app
from app.settings import Settings
from app.settings.describe import environment_name
from tests.deploy.files import ROOT, UNIT, dockerfile, unit

LEAST_SPARE_S = 5
KEYS = unit()


def test_it_starts_a_command_of_the_product_where_the_image_has_it() -> None:
    (start,) = KEYS["ExecStart"]
    program, *command = start.split()

    assert program == "/opt/kanarya/bin/kanarya"
    assert f"PATH={Path(program).parent}:$PATH" in [each.rest.split()[0] for each in dockerfile() if each.word == "ENV"]
    _app().parse_args(command, exit_on_error=False, print_error=False)


def test_its_variables_are_settings() -> None:
    own = {each.partition("=")[0] for each in KEYS["Environment"] if each.startswith("KANARYA_")}

    assert own
    assert not own - {environment_name(name) for name in Settings.model_fields}


def test_a_worker_has_longer_to_stop_than_it_takes_to_drain() -> None:
    (stop_s,) = KEYS["TimeoutStopSec"]

    assert int(stop_s) >= Settings.model_fields["drain_s"].default + LEAST_SPARE_S


def test_systemd_takes_it(tmp_path: Path) -> None:
    """With a program of its own in the place of the installed one, which need not be here."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze on the PATH")
    (start,) = KEYS["ExecStart"]
    copy = tmp_path / UNIT.name.replace("@", "@1")
    copy.write_text(UNIT.read_text().replace(start.split()[0], shutil.which("true") or "/bin/true"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(copy)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
