"""`kanarya policy`: the numbers in force that decide who is at risk, in the form of the file that changes them."""

import msgspec
import orjson

from app.cli import output
from app.cli.options import DEFAULTS, Options
from app.policy_file import read_policy


def policy(*, json: bool = False, options: Options = DEFAULTS) -> None:
    """Show the policy in force as TOML; a file with some of its lines, named by KANARYA_POLICY, changes those.

    Args:
        json: One JSON document.
    """
    numbers = msgspec.to_builtins(read_policy(options.settings().policy))
    if json:
        output.json_document(numbers)
        return
    output.line(f'version = "{numbers["version"]}"')
    for section, values in numbers.items():
        if isinstance(values, dict):
            output.block(f"\n[{section}]")
            for key, value in values.items():
                output.line(f"{key} = {_toml(value)}")
    for segment in numbers["segments"]:
        output.block(f'\n[[segments]]\nname = "{segment["name"]}"\nwhen = [')
        for condition in segment["when"]:
            told = ", ".join(f"{key} = {orjson.dumps(value).decode()}" for key, value in condition.items())
            output.line(f"  {{ {told} }},")
        output.line("]")


def _toml(value: object) -> str:
    """A number, a list of numbers or a plain text as TOML writes it."""
    if isinstance(value, str):
        return f'"{value}"'
    return str(list(value) if isinstance(value, tuple) else value)
