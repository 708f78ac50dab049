"""The recorded topic against the code as it is: `python -m tests.contract.golden_topic`.

Says in plain words how the results differ from those recorded, with another policy too. Where they are meant to
differ, `--renew` records them anew; it wants the line of CHANGELOG.md that tells users of it. The records and the old
changelog are never renewed. Exit codes: 0 the same, or renewed; 1 other results; 2 called wrong.
"""

import argparse
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

from models.policy import Policy
from models.policy_mapping import from_mapping
from tests.contract.golden_topic.differences import differences
from tests.contract.golden_topic.recorded import TOPICS, now, results_file
from tests.contract.golden_topic.results import load, save

CHANGES = Path(__file__).parents[3] / "CHANGELOG.md"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m tests.contract.golden_topic", description=(__doc__ or "").split(":")[0])
    parser.add_argument("--topic", choices=TOPICS, action="append", help="this one only")
    parser.add_argument("--policy", type=Path, metavar="TOML", help="under another policy; records nothing")
    parser.add_argument("--renew", metavar="LINE", help="record the results anew; LINE is what CHANGELOG.md says of it")
    parser.add_argument("--dump", type=Path, metavar="FOLDER", help="write recorded and present results as text")
    told = parser.parse_args(arguments)
    if told.renew and told.policy:
        parser.error("--renew records results of the default policy, so not with --policy")
    if told.renew is not None and not _is_told(told.renew):
        parser.error(f"--renew: CHANGELOG.md does not say {told.renew!r}; write there what users will notice, first")
    policy = from_mapping(tomllib.loads(told.policy.read_text(encoding="utf-8"))) if told.policy else Policy()
    differ = False
    for name in told.topic or TOPICS:
        was, found = load(results_file(name)), now(name, policy)
        said = differences(was, found)
        differ = differ or bool(said)
        print(f"{name}: {'as recorded' if not said else 'other than recorded'}")
        print(*(f"  {line}" for line in said), sep="\n", end="\n" if said else "")
        if told.dump:
            _dump(told.dump, name, was, found)
        if told.renew and said:
            save(results_file(name), found)
            print(f"{name}: recorded anew")
    return 1 if differ and not told.renew else 0


def _is_told(line: str) -> bool:
    """Whatever way the line is broken."""
    words = " ".join(line.split())
    return len(words) >= 20 and words in " ".join(CHANGES.read_text(encoding="utf-8").split())


def _dump(folder: Path, name: str, was: list[str], found: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for word, lines in (("recorded", was), ("now", found)):
        path = folder / f"{name}-{word}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name}: written to {path}")


if __name__ == "__main__":
    sys.exit(main())
