"""One record of `logging` as one JSON line."""

import json
import logging
import re
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from sim.app.settings import LEVELS, LOG_VARIABLE, LogSettings
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
    """Return a text without addresses, home folders, queries, tokens and, unless `quotes`, what stands in quotes."""
    if not quotes:
        text = _QUOTED.sub(f"'{HIDDEN}'", text)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}..."


def describe_error(error: BaseException) -> str:
    kind = type(error).__name__
    if isinstance(error, ABOUT_THE_MACHINE):
        return f"{kind}: {scrub(str(error), quotes=True)}"
    if isinstance(error, StoreError) and error.__cause__ is not None:
        return f"{kind}: {scrub(str(error))}"
    return kind


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


SCHEMA = 1
OWN = "sightline"
REQUEST: ContextVar[str] = ContextVar("sightline_request", default="")
"""The id of the request that is answered, "" outside one."""


class JsonLine(logging.Formatter):
    """Writes `time`, `level`, `logger`, `event`, and any `request`, `error`, `traceback` and `facts` of `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        is_own = record.name.partition(".")[0] == OWN
        text = fill_in(str(record.msg), record.args)
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": text if is_own else scrub(text),
            "schema": SCHEMA,
        }
        if REQUEST.get():
            line["request"] = REQUEST.get()
        facts = getattr(record, "facts", None)
        if is_own and isinstance(facts, dict):
            line.update(facts)
        if record.exc_info and record.exc_info[1] is not None:
            found: list[str] = []
            cause: BaseException | None = record.exc_info[1]
            while cause is not None and len(found) < MOST_FRAMES:
                found.append(describe_error(cause))
                cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
            line["error"] = found
            line["traceback"] = list_frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True, separators=(",", ":"))


class _ToTheRoot(logging.Logger):
    """Hands every record to the root's handlers, whatever handlers a package gives its loggers."""

    def callHandlers(self, record: logging.LogRecord) -> None:  # noqa: N802
        logging.getLogger().callHandlers(record)


def set_up_logs(settings: LogSettings) -> None:
    """Send everything that is logged from now on through one handler, which writes safe JSON lines."""
    handler = _make_handler(settings.file)
    handler.setFormatter(JsonLine())
    logging.setLoggerClass(_ToTheRoot)
    root = logging.getLogger()
    for old in root.handlers[:]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(OWN).setLevel(LEVELS[settings.level])
    logging.captureWarnings(True)
    threading.excepthook = _log_thread


def _make_handler(file: Path | None) -> logging.Handler:
    if file is None:
        return logging.StreamHandler(sys.stderr)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return RotatingFileHandler(file, maxBytes=10_000_000, backupCount=5, encoding="utf-8")
    except OSError as error:
        raise _describe(file, error) from error


def check_log_file(file: Path | None) -> None:
    """Look whether the log can be written, and leave no trace of it. Raises MachineError: it cannot."""
    if file is None:
        return
    try:
        if file.exists():
            file.open("ab").close()
            return
        parent = next(folder for folder in file.parents if folder.exists())
        with tempfile.NamedTemporaryFile(dir=parent, prefix=".sightline-doctor-"):
            pass
    except OSError as error:
        raise _describe(file, error) from error


def _describe(file: Path, error: OSError) -> MachineError:
    return MachineError(
        f"the log {file} cannot be written: {error.strerror}",
        expected="a file in a folder that this user may write to",
        todo=f"correct {LOG_VARIABLE}, or leave it out to log to the terminal",
    )


def _log_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        info = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        logging.getLogger(OWN).error("a thread failed", exc_info=info)
