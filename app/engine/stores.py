"""The store that the settings ask for; `app.topology` wires it."""

from collections.abc import Awaitable, Callable

from agents.ports import RecoverableStore
from app import catalogue
from app.engine.store import MemoryStore
from app.settings import Settings, SettingsError


def store_of(
    settings: Settings,
    *,
    topic_id: Callable[[], str | None],
    end: Callable[[int, int], Awaitable[int]],
    now_ms: Callable[[], int],
) -> RecoverableStore:
    """In memory, or on disk; then the folder is locked.

    Args:
        settings: `store`, `store_dir` and `store_memory_bytes` of them.
        topic_id: the broker's id of the changelog, None as long as it is not known.
        end: partition and an offset in it -> end offset of the changelog.
        now_ms: wall clock.

    Raises:
        SettingsError: the folder cannot be used, or the package for it is not installed.
    """
    if settings.store == "memory":
        return MemoryStore()
    try:
        from app.engine.disk.store import DiskStore
    except ModuleNotFoundError as error:
        if error.name != "rocksdict":
            raise
        missing = "store = disk: the package rocksdict is not installed"
        raise SettingsError([f"{missing}; `pip install '.[disk]'` in the clone, or set store = memory"]) from error
    assert settings.store_dir is not None  # app.settings.store saw to it
    return DiskStore(
        settings.store_dir,
        settings.store_memory_bytes,
        catalogue.changelog(settings),
        topic_id=topic_id,
        end=end,
        now_ms=now_ms,
    )
