"""Codes of digits that are said aloud and typed: digits are told apart in any room and on any keyboard.

A session's code has nine: with at most 60 tries a minute on the whole server, anyone who tries all twelve hours of a
session's day finds it with a chance of 43,200 in 10^9.
"""

import secrets

from sim.errors import AccessError

SESSION_DIGITS = 9
RETURN_DIGITS = 8
TRIES_A_MINUTE = 60
RETURNS_A_MINUTE = 10


def draw_code(digits: int) -> str:
    return f"{secrets.randbelow(10**digits):0{digits}d}"


def read_code(typed: str, *, digits: int) -> str:
    """Return a code as stored; spaces, dashes and dots between the digits do not matter."""
    code = "".join(letter for letter in typed if letter not in " -.\u2009\u00a0\t")
    if len(code) != digits or not code.isascii() or not code.isdigit():
        raise AccessError(
            "this is not a code", expected=f"{digits} digits, as the trainer's screen shows them", todo="type it again"
        )
    return code


def write_code(code: str) -> str:
    """Return a code in groups, as it is said: "471 920 835", "4719 2083"."""
    size = 4 if len(code) % 4 == 0 else 3
    return " ".join(code[at : at + size] for at in range(0, len(code), size))
