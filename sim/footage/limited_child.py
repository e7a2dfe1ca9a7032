"""What processes have in common that read what somebody sent: little of the machine, and an answer as JSON."""

import json
from contextlib import suppress
from typing import Any


def limit_this_process(*, memory_bytes: int, cpu_s: int) -> None:
    """Let this process take no more memory and processor time, where the system can hold it to that."""
    with suppress(ImportError):
        import resource  # noqa: PLC0415 - not on Windows

        for which, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_s)):
            with suppress(ValueError, OSError):
                resource.setrlimit(which, (most, most))


def read_answer(output: bytes) -> dict[str, Any]:
    """Return the JSON on the last line of what such a process said, {} where there is none."""
    lines = output.decode("utf-8", "replace").strip().splitlines()
    with suppress(ValueError, IndexError):
        found = json.loads(lines[-1])
        if isinstance(found, dict):
            return found
    return {}
