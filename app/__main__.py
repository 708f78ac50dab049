"""The command `kanarya`: hands the arguments to `app.cli.commands` and ends with its exit code."""

import sys


def main() -> None:
    """Run the command line; exits 0 done, 1 found wrong, 2 called wrong."""
    from app.cli.commands import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
