"""One line of what was found."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Whether a thing is right, doubtful, or keeps drills from working."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, how it is, and what to do; `todo` is "" where nothing needs doing."""

    name: str
    state: State
    text: str
    todo: str = ""


def ok(name: str, text: str) -> Finding:
    return Finding(name=name, state=State.OK, text=text)


def warn(name: str, text: str, *, todo: str) -> Finding:
    """Return a finding that something is doubtful; drills work all the same."""
    return Finding(name=name, state=State.WARNING, text=text, todo=todo)


def wrong(name: str, text: str, *, todo: str) -> Finding:
    return Finding(name=name, state=State.WRONG, text=text, todo=todo)
