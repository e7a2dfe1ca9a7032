"""What may stand in a log: a message's own words, numbers, kinds of errors. Never a name, a token or an address."""

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from sim.errors import MachineError, NewerSchemaError, RecordingError, StoreError

HIDDEN = "..."
MOST_TEXT = 400
MOST_FRAMES = 20
ABOUT_THE_MACHINE = (MachineError, NewerSchemaError, RecordingError)
"""Their words tell of files and disks, never of people; of all others only the kind is written. A StoreError's words
are written when the database itself failed; others may say whose name is taken."""

_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<mail>"),
    (re.compile(r"(?i)(?:/home/|/users/|\\users\\)[^/\\\s]+"), "~"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?::\d+)?"), "<address>"),
    (re.compile(r"\b(?:[0-9A-Fa-f]{0,4}:){3,7}[0-9A-Fa-f]{0,4}"), "<address>"),
    (re.compile(r"\?[^\s'\"]*"), "?<query>"),
    (re.compile(r"//[^/\s@]+:[^/\s@]+@"), "//<user>@"),
    (re.compile(r"(?=[\w-]*\d|[\w-]*[a-z][\w-]*[A-Z])[A-Za-z0-9_-]{16,}(?:\.[A-Za-z0-9_-]{16,})*"), "<token>"),
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|`[^`]*`")


def scrub(text: str, *, quotes: bool = False) -> str:
    """Return a text without mail and network addresses, home folders, queries and whatever looks like a token.

    `quotes` False takes out what stands in quotes, too: that is where other packages put what they were given.
    """
    if not quotes:
        text = _QUOTED.sub(f"'{HIDDEN}'", text)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}..."


def describe_error(error: BaseException) -> str:
    """Return an error's kind; what it says only where that is about the machine."""
    kind = type(error).__name__
    if isinstance(error, ABOUT_THE_MACHINE):
        return f"{kind}: {scrub(str(error), quotes=True)}"
    if isinstance(error, StoreError) and error.__cause__ is not None:
        return f"{kind}: {scrub(str(error))}"
    return kind


def describe_chain(error: BaseException) -> list[str]:
    """Return an error and what led to it, the last first."""
    found: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(found) < MOST_FRAMES:
        found.append(describe_error(cause))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return found


def list_frames(trace: TracebackType | None) -> list[str]:
    """Return where an error came from, as `file:line function`, the innermost last; no line of code, no value."""
    found: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        parts = re.split(r"[\\/]", code.co_filename)
        found.append(f"{'/'.join(parts[-3:])}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return found[-MOST_FRAMES:]


def fill_in(template: str, given: object) -> str:
    """Return a message with its values filled in: numbers and errors as above, all else hidden.

    Example:
        >>> fill_in("%s posts of %s", (3, "Ana"))
        '3 posts of ...'
    """
    if not given:
        return template
    try:
        if isinstance(given, Mapping):
            return template % {key: _say(value) for key, value in given.items()}
        return template % tuple(_say(value) for value in (given if isinstance(given, tuple) else (given,)))
    except (TypeError, ValueError, KeyError):
        return _QUOTED.sub("", template)


def _say(value: object) -> Any:
    if isinstance(value, bool | int | float | None):
        return value
    return describe_error(value) if isinstance(value, BaseException) else HIDDEN
