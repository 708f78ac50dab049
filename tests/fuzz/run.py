"""Runs the fuzzer on the decoder in a process of its own, from the seeds, for some seconds or a number of inputs.

    python -m tests.fuzz.run --seconds 300 --seed 1

`make fuzz` calls it. An input that is judged wrongly is printed by libFuzzer, and kept in the folder named at the end.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.seeds import LONGEST, write

ROOT = Path(__file__).parents[2]


def fuzz(seed: int, limit: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """The fuzzer's end; `limit` is libFuzzer's, such as `-runs=20000`. Its seeds and findings go into `folder`."""
    (folder / "seeds").mkdir()
    write(folder / "seeds")
    options = [limit, f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=10", f"-artifact_prefix={folder}/"]
    options.append("-reload=0")  # nobody else adds to the seeds; each second it would run some of them beyond the limit
    command = [sys.executable, "-m", "tests.fuzz.decoder", *options, str(folder / "seeds")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)


def main() -> int:
    """The exit code is libFuzzer's, 0 for nothing found."""
    arguments = argparse.ArgumentParser(description="Fuzz the decoder.")
    arguments.add_argument("--seconds", type=int, default=300)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    print(f"seed {asked.seed}, {asked.seconds} s")
    done = fuzz(asked.seed, f"-max_total_time={asked.seconds}", folder)
    print("\n".join(done.stderr.splitlines()[-20:]))
    print(f"exit code {done.returncode}; inputs that were judged wrongly, if any, are in {folder}")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
