"""Secrets from settings or from files; files are read at each use, so that a secret may be changed under a worker."""

from pathlib import Path

from aiokafka.errors import KafkaError
from pydantic import SecretStr

LARGEST_BYTES = 1 << 16
"""A larger file is no secret; somebody named the wrong one."""


class LoginError(KafkaError):  # type: ignore[misc]
    """This client cannot log in; the message is one sentence that names the setting and who wanted in."""


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
        raise LoginError(f"{setting} = {file}: cannot be read ({error.strerror}); name a file that can") from None
    except UnicodeDecodeError:
        raise LoginError(f"{setting} = {file}: is no text; name the file that holds the secret alone") from None
    if not text or len(content) > LARGEST_BYTES:
        what = "is empty" if not text else f"holds more than {LARGEST_BYTES} bytes"
        raise LoginError(f"{setting} = {file}: {what}; name the file that holds the secret alone")
    return text
