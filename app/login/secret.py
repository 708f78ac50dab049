"""Secrets from settings or from files; files are read at each use, so that a secret may be changed under a worker."""

from pathlib import Path

from aiokafka.errors import KafkaError
from pydantic import SecretStr

from app.sentence import Sentence

LARGEST_BYTES = 1 << 16
"""A larger file is no secret; somebody named the wrong one."""
_ALONE = "name the file that holds the secret alone"


class LoginError(KafkaError):  # type: ignore[misc]
    """This client cannot log in; the message is a sentence that names the setting and who wanted in."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(Sentence(what, mend))


def secret(given: SecretStr | None, file: Path | None, setting: str) -> str | None:
    """The secret as given, or the content of its file without the line end; None when there is neither.

    `setting`: the environment's name of the file's setting. Raises `LoginError` when the file gives none.
    """
    if file is None:
        return given.get_secret_value() if given is not None else None
    return read(file, setting)


def read(file: Path, setting: str) -> str:
    """The text in a file, without the line end that editors put there. Raises `LoginError`."""
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
        text = content.decode().rstrip("\r\n")
    except OSError as error:
        raise LoginError(f"{setting} = {file}: cannot be read ({error.strerror})", "name a file that can") from None
    except UnicodeDecodeError:
        raise LoginError(f"{setting} = {file}: is no text", _ALONE) from None
    if not text or len(content) > LARGEST_BYTES:
        what = "is empty" if not text else f"holds more than {LARGEST_BYTES} bytes"
        raise LoginError(f"{setting} = {file}: {what}", _ALONE)
    return text
