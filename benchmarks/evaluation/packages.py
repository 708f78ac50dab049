"""The rated texts and the reference scorer, out of two packages of fixed version and content.

vaderSentiment 3.3.2 (MIT; PyPI, source distribution) holds itself and four corpora rated by twenty people;
sentiment 5.0.2 (MIT; npm) the UCI Sentiment Labelled Sentences as test fixtures. Both are fetched once by the ordinary
clients, pip and npm, into a folder that git does not know.
"""

import hashlib
import importlib.util
import json
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / ".eval"
_VADER: Final = ("vaderSentiment-3.3.2.tar.gz", "5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9")
_UCI: Final = ("sentiment-5.0.2.tgz", "89302eb03d2005d03b214fe65814bb48adb7d3c42c8ca80bdee6a3ecb7e4480f")
_INSIDE: Final = "vaderSentiment-3.3.2"

Rated = tuple[list[str], list[float]]
"""Texts and what people said of them."""


class PackageError(Exception):
    """A package cannot be had; says which, and the mend."""


def corpora() -> dict[str, Rated]:
    """Name -> texts with the mean of their ratings, -4..4."""
    found: dict[str, Rated] = {}
    archive = _unpacked() / "additional_resources" / "hutto_ICWSM_2014.tar.gz"
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            file = tar.extractfile(member) if member.name.endswith("_GroundTruth.txt") else None
            name = Path(member.name).stem.removesuffix("_GroundTruth")
            if file is not None and not name.startswith("._"):
                rows = [line.split("\t") for line in file.read().decode("utf-8", "replace").split("\n")]
                rows = [row for row in rows if len(row) >= 3]
                found[name] = [row[2] for row in rows], [float(row[1]) for row in rows]
    return found


def uci(name: str) -> Rated:
    """Texts and 1 or -1 of `amazon`, `yelp` or `imdb`."""
    archive = _fetched(*_UCI, ["npm", "pack", "sentiment@5.0.2", "--silent", "--pack-destination", str(FOLDER)])
    with tarfile.open(archive) as tar:
        file = tar.extractfile(f"package/test/fixtures/{name}.json")
        assert file is not None
        rows = [row for row in json.load(file) if row["class"] is not None]
    return [row["text"] for row in rows], [1.0 if row["class"] == 1 else -1.0 for row in rows]


def vader() -> Callable[[str], float]:
    """The reference: text -> compound score, -1..1."""
    path = _unpacked() / "vaderSentiment" / "vaderSentiment.py"
    spec = importlib.util.spec_from_file_location("vaderSentiment", path)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    analyzer = module.SentimentIntensityAnalyzer()
    return lambda text: float(analyzer.polarity_scores(text)["compound"])


def _unpacked() -> Path:
    folder = FOLDER / _INSIDE
    if not folder.is_dir():
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        archive = _fetched(*_VADER, [*pip, "--no-binary", ":all:", "--dest", str(FOLDER), "vaderSentiment==3.3.2"])
        with tarfile.open(archive) as tar:
            tar.extractall(FOLDER, filter="data")
    return folder


def _fetched(name: str, digest: str, command: list[str]) -> Path:
    """The archive, fetched if it is not there, and never one with other bytes."""
    path = FOLDER / name
    if not path.is_file():
        FOLDER.mkdir(exist_ok=True)
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except FileNotFoundError:
            raise PackageError(f"{name}: {command[0]} is not installed; install it") from None
        except subprocess.CalledProcessError as error:
            raise PackageError(f"{name}: {' '.join(command)} failed: {error.stderr.strip()[-400:]}") from error
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise PackageError(f"{name}: has other bytes than those measured before; delete {path} and run again")
    return path
