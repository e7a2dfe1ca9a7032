"""Paths that people write into settings."""

from pathlib import Path

from sim.errors import MachineError


def read_path(text: str, *, variable: str) -> Path:
    """Return the path that a variable of the environment holds. Raises MachineError: nobody is called so after "~"."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:
        raise MachineError(
            f"{variable} is {text[:60]!r}, and there is no such user here", expected="a path, such as /srv/sightline"
        ) from error
