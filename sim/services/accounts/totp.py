"""One-time codes by time (RFC 6238, over RFC 4226): what an app on a phone shows for half a minute."""

import base64
import hashlib
import hmac
from typing import Final

STEP_S: Final = 30
DIGITS: Final = 6
DRIFT_STEPS: Final = 1
"""Clocks of phones may be half a minute off, either way."""
KEY_BYTES: Final = 20


def compute_code(key: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of a step of time, HMAC-SHA-1 cut as RFC 4226 says.

    At 59 s, step 1, the key b"12345678901234567890" gives 94287082 with eight digits (RFC 6238, appendix B).
    """
    digest = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


def find_step(moment_s: float) -> int:
    """Return the step of time of a moment, UTC seconds since 1970."""
    return int(moment_s // STEP_S)


def match_step(key: bytes, code: str, *, moment_s: float, after: int) -> int | None:
    """Return the step whose code this is, later than `after`, so that no code is taken twice; None for none.

    Every step is compared, in a time that tells nothing.
    """
    now = find_step(moment_s)
    found = None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(compute_code(key, step).encode(), code.encode()) and step > after:
            found = step
    return found


def write_key(key: bytes) -> str:
    """Return a key as people type it into an app: base 32 in groups of four."""
    text = base64.b32encode(key).decode("ascii").rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))
