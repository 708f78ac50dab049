"""What can be looked at without a broker: the policy file, the files that a worker writes, the core it runs."""

import os
import shutil
from pathlib import Path
from typing import Final

from app.core.choice import is_stale, running
from app.doctor.finding import Finding
from app.policy_file import read_policy
from app.settings import Settings, SettingsError

_ROOM: Final = 0.1
"""Of a disk, that should be free."""


def check_policy(settings: Settings) -> Finding:
    """Whether the policy can be used."""
    try:
        read_policy(settings.policy)
    except SettingsError as error:
        why = "a worker refuses to start: these numbers decide who is at risk"
        return Finding("policy", "fault", "; ".join(error.faults), why, "correct the file (docs/policy.md)")
    return Finding("policy", "ok", f"{settings.policy} is valid" if settings.policy else "the shipped policy holds")


def check_files(settings: Settings) -> list[Finding]:
    """Whether the files that a worker writes can be written by this user."""
    files = {"KANARYA_HEALTH_FILE": settings.health_file, "KANARYA_REPORT_PATH": settings.report_path}
    found = [_file(setting, path) for setting, path in files.items() if path is not None]
    return [*found, *([_store(settings.store_dir)] if settings.store == "disk" and settings.store_dir else [])]


def _store(folder: Path) -> Finding:
    """The folder of the disk store, which a worker makes: it, or what of its path is there."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    named = f"KANARYA_STORE_DIR = {folder}"
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        mend = "give this user the right to write it, or set KANARYA_STORE_DIR anew"
        return Finding(
            "files", "fault", f"{named}: cannot be written by this user", "a worker keeps states there", mend
        )
    total, _, free = shutil.disk_usage(there)
    what = f"{named}: can be written, {free / 2**30:.1f} GiB free"
    if free < _ROOM * total:
        why = f"less than {_ROOM:.0%} of the disk: a worker stops when none is left"
        return Finding("files", "warn", what, why, "make room, or name a folder on a larger disk")
    return Finding("files", "ok", what)


def check_core() -> Finding:
    """Whether workers of this installation run compiled; that they do not is a warning only where they once did."""
    core = running()
    if core == "pure" and is_stale():
        why = "workers run the same core as Python, which takes about 1.8 times as long to fold a touchpoint"
        return Finding("core", "warn", "the compiled core is of other sources than these", why, "make compile")
    return Finding("core", "ok", f"core={core}", details={"core": core})


def _file(setting: str, path: Path) -> Finding:
    folder = path.parent
    if not folder.is_dir():
        fault = f"{setting} = {path}: there is no folder {folder}"
    elif not os.access(folder, os.W_OK | os.X_OK) or (path.exists() and not os.access(path, os.W_OK)):
        fault = f"{setting} = {path}: cannot be written by this user"
    else:
        return Finding("files", "ok", f"{setting} = {path}: can be written")
    return Finding("files", "fault", fault, "a worker writes it", f"make it writable, or set {setting} anew")
