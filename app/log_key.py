"""The key under which log lines hash customers, as given or from its file; `app.cli` hands it to `app.log.set_up`."""

from app.login.secret import LoginError, secret
from app.settings import Settings, SettingsError


def log_key(settings: Settings) -> bytes | None:
    """The key, None for one of this process's own. Raises `SettingsError` when the file gives none."""
    try:
        told = secret(settings.log_key, settings.log_key_file, "KANARYA_LOG_KEY_FILE")
    except LoginError as error:
        raise SettingsError([str(error.args[0])]) from error
    return None if told is None else told.encode()
