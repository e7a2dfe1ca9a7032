"""Where the log goes: one handler for all packages, set up before any of them is loaded."""

import logging
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sim.errors import MachineError
from sim.services.app.logs.line import OWN, JsonLine
from sim.typed_path import read_path

FILE_VARIABLE = "SIGHTLINE_LOG"
LEVEL_VARIABLE = "SIGHTLINE_LOG_LEVEL"
FILE_BYTES = 10_000_000
FILES_KEPT = 5
LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """Where the log goes, None for stderr, and the least level of this program's own lines."""

    file: Path | None
    level: str


class _ToTheRoot(logging.Logger):
    """Hands every record to the root's handlers, whatever handlers a package gives its loggers."""

    def callHandlers(self, record: logging.LogRecord) -> None:  # noqa: N802
        logging.getLogger().callHandlers(record)


def read_log_settings(environ: Mapping[str, str]) -> LogSettings:
    """Return the settings; stderr and `warning` when none are given. Raises MachineError: no such level or user."""
    level = environ.get(LEVEL_VARIABLE, "").strip().lower() or "warning"
    if level not in LEVELS:
        raise MachineError(
            f"{LEVEL_VARIABLE} is {level!r}", expected=f"one of {', '.join(LEVELS)}", todo="correct the setting"
        )
    return LogSettings(file=read_log_file(environ), level=level)


def read_log_file(environ: Mapping[str, str]) -> Path | None:
    """Return the file that the log goes to, None for stderr. Raises MachineError: it is under no user's folder."""
    file = environ.get(FILE_VARIABLE, "").strip()
    return read_path(file, variable=FILE_VARIABLE) if file else None


def set_up_logs(settings: LogSettings) -> None:
    """Send everything that is logged from now on through one handler, which writes safe JSON lines.

    A new file begins at 10 MB; five older ones are kept. Each server process needs a file of its own.
    """
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
        return RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8")
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
        todo=f"correct {FILE_VARIABLE}, or leave it out to log to the terminal",
    )


def _log_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None:
        info = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        logging.getLogger(OWN).error("a thread failed", exc_info=info)
