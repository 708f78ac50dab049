"""Which settings of the store go together; `app.settings.load` asks once every value is right by itself."""

from app.settings.fields import Settings


def store_faults(settings: Settings) -> list[str]:
    """One sentence for each thing that is missing, with its mend."""
    if settings.store == "memory" or settings.store_dir is not None:
        return []
    return ["store_dir is not set: store = disk keeps states in a folder of each worker, such as /var/lib/kanarya/1"]
