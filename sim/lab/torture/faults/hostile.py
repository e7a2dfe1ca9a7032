"""Texts that somebody types to break something: SQL, HTML, Markdown, formulas, and signs that no keyboard has."""

from typing import Final

TEXTS: Final = (
    'O\'Brien "Bo" `x` \\',
    "'; DROP TABLE person; --",
    "Robert'); DELETE FROM team; --",
    "1' OR '1'='1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea></p><svg/onload=alert(1)>",
    "![x](http://127.0.0.1:9/x.png) [x](javascript:alert(1))",
    "**loud** :red[x] $x^2$ `code` # head",
    "{0} {name} {{7*7}} ${7*7} %s %(x)s",
    "&lt;b&gt; &#0; &amp;",
    "=cmd|' /C calc'!A0",
    "\u05e2\u05d1\u05e8\u05d9\u05ea left \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "turned \u202e dnuor",
    "zero\u200bwidth\u200dsigns\ufeff",
    "marks Z\u0351\u036b\u0343\u036a\u0302 \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "two\nlines\tand\r\nmore",
    "null\x00byte",
    "bell\x07 \x1b[31mred",
    "half \ud800 a sign",
    "x" * 100_000,
)
"""Each is given to every field, bare and behind a name that a field of names would take."""

NAMED: Final = "Ann "


def list_texts() -> tuple[str, ...]:
    """Return every text, bare and behind a name."""
    return (*TEXTS, *(NAMED + text for text in TEXTS))


def clean(text: str) -> str:
    """Return what a field of one line keeps of a text: all but surplus blanks."""
    return " ".join(text.split())
