"""The arrows between the packages, the purity of `models`, and the size of files; read from the source, not run."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("models", "agents", "app")
"""Each imports only itself and those before it."""
MOST_LINES = 300

PURE = {
    "__future__", "abc", "ast", "bisect", "collections", "dataclasses", "datetime", "decimal", "difflib", "enum",
    "fractions", "functools", "hashlib", "heapq", "inspect", "itertools", "json", "math", "operator", "re", "string",
    "struct", "types", "typing", "unicodedata", "base64", "contextlib", "copy",
    "ahocorasick_rs", "msgspec", "orjson", "phonenumbers",
}  # fmt: skip
"""All that `models` may import besides itself: nothing with a clock, a socket, an environment or a task."""
READS_THE_PACKAGE = {"models/sentiment/shipped.py": {"importlib.resources.files"}}
"""The one place in `models` that reads files: data that are part of the package."""
TOUCHES = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint"}
"""Built-in functions that reach outside, or run what no test here has read."""
READS = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "getsource", "getsourcefile", "getfile"}
READS_ITSELF = {"models/schema.py": {"getsource"}, "models/sentiment/shipped.py": {"read_bytes"}}
"""The schema is described by the strings under the fields, which only the source holds."""
ENGINE_ONLY = ("faust", "mode")
"""Only the engine and what wires it know Faust."""
WIRING = ("app/topology.py", "app/worker.py")
KAFKA = ("faust", "mode", "aiokafka")
CLOCKS = {("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"), ("date", "today")}
REFERENCE = "app/verify/reference"
ADAPTERS = ("app.engine", "app.reading", "app.produce")
"""Parts of `app` that only the wiring and the command line bring together."""


def files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[str]:
    """Full names of the imported modules, wherever in the file; `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def top(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


@pytest.mark.parametrize("path", files(*PACKAGES), ids=name)
def test_imports_run_from_models_to_agents_to_app_only(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0]
    later = set(PACKAGES[PACKAGES.index(own) + 1 :])

    assert not {module for module in imports(path) if top(module) in later | {"tests", "benchmarks"}}


@pytest.mark.parametrize("path", files("models"), ids=name)
def test_models_import_nothing_that_touches_the_world(path: Path) -> None:
    allowed = READS_THE_PACKAGE.get(name(path), set())

    assert not {module for module in imports(path) if top(module) not in PURE | {"models"}} - allowed


@pytest.mark.parametrize("path", files("models"), ids=name)
def test_models_open_nothing_but_what_the_package_brings(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    functions = {called.id for called in calls if isinstance(called, ast.Name)}
    methods = {called.attr for called in calls if isinstance(called, ast.Attribute)}

    assert not functions & TOUCHES
    assert methods & READS == READS_ITSELF.get(name(path), set())


@pytest.mark.parametrize("path", files("models"), ids=name)
def test_models_know_no_tasks_and_read_no_clock(path: Path) -> None:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)

    assert not [node.lineno for node in nodes if isinstance(node, waiting)]
    assert not [
        node.lineno
        for node in nodes
        if isinstance(node, ast.Attribute) and (getattr(node.value, "id", ""), node.attr) in CLOCKS
    ]


@pytest.mark.parametrize("path", files("agents"), ids=name)
def test_agents_know_no_kafka(path: Path) -> None:
    assert not {module for module in imports(path) if top(module) in KAFKA}


@pytest.mark.parametrize("path", files("app"), ids=name)
def test_only_the_engine_and_its_wiring_know_faust(path: Path) -> None:
    if not name(path).startswith("app/engine/") and name(path) not in WIRING:
        assert not {module for module in imports(path) if top(module) in ENGINE_ONLY}


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_adapters_do_not_import_each_other(adapter: str) -> None:
    others = tuple(other for other in ADAPTERS if other != adapter)
    found = {
        f"{name(path)}: {module}"
        for path in files(adapter.replace(".", "/"))
        for module in imports(path)
        if module.startswith(others)
    }

    assert not found


@pytest.mark.parametrize("path", files(REFERENCE), ids=name)
def test_the_reference_shares_no_line_with_what_it_judges(path: Path) -> None:
    """A second opinion of the same author would make the same mistake."""
    own = REFERENCE.replace("/", ".")

    assert not {module for module in imports(path) if top(module) in PACKAGES and not module.startswith(own)}


@pytest.mark.parametrize("path", [path for path in files("app/verify") if REFERENCE not in name(path)], ids=name)
def test_what_judges_a_run_uses_no_code_of_the_worker(path: Path) -> None:
    """Names of topics, settings and logins may be shared; of what the worker does, only how it scores a text."""
    worker = ("agents", "app.engine", "app.worker", "app.topology", "app.reading", "models")
    shared = {"models.sentiment.Scored", "models.sentiment.built_in"}

    assert not {module for module in imports(path) if module.startswith(worker)} - shared


def test_deploy_holds_no_code_and_no_code_knows_it() -> None:
    """What runs the product is configuration: it is read by tools, and the product does not depend on it."""
    assert not files("deploy")
    assert not {name(path) for path in files(*PACKAGES) for module in imports(path) if top(module) == "deploy"}


@pytest.mark.parametrize("path", files(*PACKAGES, "tests", "benchmarks"), ids=name)
def test_a_file_tells_one_story(path: Path) -> None:
    lines = path.read_text().splitlines()

    assert len(lines) <= MOST_LINES


@pytest.mark.parametrize("path", files(*PACKAGES), ids=name)
def test_a_module_says_its_place_in_the_path(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", files(*PACKAGES), ids=name)
def test_no_file_is_called_by_what_it_is_not(path: Path) -> None:
    """A name that fits everything says nothing."""
    assert not {"helper", "helpers", "manager", "util", "utils", "common", "misc"} & {path.stem, path.parent.name}
