"""`kanarya settings`: every setting in force, and where its value comes from."""

from app.cli import output
from app.cli.options import DEFAULTS, Options
from app.settings.describe import allowed, default, environment_name, reference, written
from app.settings.fields import Settings


def settings(*, json: bool = False, reference_page: bool = False, options: Options = DEFAULTS) -> None:
    """Show every setting, its value and whether a flag, the environment, the file or the default gave it.

    Args:
        json: One JSON document.
        reference_page: Print the reference page, docs/settings.md, instead.
    """
    if reference_page:
        output.block(reference().rstrip())
        return
    loaded = options.load()
    if json:
        output.json_document([_entry(name, loaded.settings, loaded.sources[name]) for name in Settings.model_fields])
        return
    rows = [
        (name, written(getattr(loaded.settings, name)) or "-", loaded.sources[name]) for name in Settings.model_fields
    ]
    output.columns([("setting", "value", "from"), *rows])


def _entry(name: str, values: Settings, source: str) -> dict[str, object]:
    field = Settings.model_fields[name]
    return {
        "name": name,
        "environment": environment_name(name),
        "value": values.model_dump(mode="json")[name],
        "source": source,
        "default": default(name),
        "allowed": allowed(name),
        "meaning": " ".join((field.description or "").split()),
    }
