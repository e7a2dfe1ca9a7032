"""Checks an exported record as docs/training-record.md says, with another program than the one that wrote it."""

import hashlib
from typing import Any

import rfc8785


def find_break(data: dict[str, Any]) -> int | None:
    """Do what docs/training-record.md says, with another RFC 8785 program; return the first entry that is broken."""

    def sha256(value: object) -> str:
        return hashlib.sha256(rfc8785.dumps(value)).hexdigest()

    before = "0" * 64
    for number, entry in enumerate(data["entries"], start=1):
        head = {name: entry[name] for name in ("number", "kind", "at", "content_sha256", "previous_sha256")}
        is_right = entry["number"] == number and entry["previous_sha256"] == before
        is_right = is_right and sha256({"schema": 1, **head}) == entry["sha256"]
        if entry["content"] is not None:
            is_right = is_right and sha256(entry["content"]) == entry["content_sha256"]
        if not is_right:
            return number
        before = entry["sha256"]
    return None if data["head"] == {"number": len(data["entries"]), "sha256": before} else len(data["entries"]) + 1
