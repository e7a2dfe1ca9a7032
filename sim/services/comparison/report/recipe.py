"""The command that makes a comparison again from its drills, with all that was chosen beside them."""

import re
import shlex
from dataclasses import dataclass

from sim.compare.data.part import EVERYBODY, Wanted

_PLAIN = re.compile(r"[\w.,:/+-]+")
_QUOTABLE = re.compile(r"[\w.,:/+'() -]*")
"""What stands between double quotes as it is, on Windows too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked of a comparison, besides its drills; None or nothing where the drills themselves decide."""

    files: tuple[str, ...] = ("ATTEMPTS.csv",)  # names of the files with the drills
    # profile, options, device: what to compare, the options with blanks between
    profile: str | None = None
    options: str | None = None
    device: str | None = None
    wanted: Wanted = EVERYBODY  # whom to compare
    chosen_by: str | None = None  # how people were chosen, where the drills do not say
    are_different: bool = False  # people who look like one person under two ids are different people


def write_command(asked: Asked) -> str:
    """Return the command line, as `python -m sim compare ATTEMPTS.csv --profile classic --options ""`."""
    wanted = asked.wanted
    values = (
        *(("--school", school) for school in wanted.schools),
        *(("--person", person) for person in wanted.people),
        ("--of", None if wanted.of_people is None else str(wanted.of_people)),
        ("--chosen-by", asked.chosen_by),
        ("--profile", asked.profile),
        ("--options", asked.options),
        ("--device", asked.device),
    )
    words = ["python -m sim compare", *map(_quote, asked.files)]
    words += [f"{name} {_quote(value)}" for name, value in values if value is not None]
    return " ".join([*words, *(["--different-people"] if asked.are_different else [])])


def _quote(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    return f'"{value}"' if _QUOTABLE.fullmatch(value) else shlex.quote(value)
