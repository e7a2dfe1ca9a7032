"""One record of `logging` as one JSON line."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from sim.services.app.logs.safe import describe_chain, fill_in, list_frames, scrub

SCHEMA = 1
OWN = "sightline"
REQUEST: ContextVar[str] = ContextVar("sightline_request", default="")
"""The id of the request that is answered, "" outside one."""


class JsonLine(logging.Formatter):
    """Writes `time`, `level`, `logger`, `event`, and where there are any `request`, `error`, `traceback` and facts.

    Facts are what this program hands over as `extra={"facts": {...}}`: numbers, and words of its own choosing.
    """

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
            line["error"] = describe_chain(record.exc_info[1])
            line["traceback"] = list_frames(record.exc_info[2])
        return json.dumps(line, ensure_ascii=True, separators=(",", ":"))
