"""How a tool is run as a command: an expected failure is one message, never a traceback."""

import argparse
import sys
from collections.abc import Callable, Sequence

from sim.errors import SimError

Run = Callable[[argparse.Namespace], int]


def run_command(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> int:
    """Run what the parser chose (its default `run`); return the exit code."""
    args = parser.parse_args(arguments)
    run: Run = args.run
    try:
        return run(args)
    except SimError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("stopped\n")
        return 130
