"""Slips of paper with a sign-in name and a PIN each, to be cut apart and handed over: a PDF that is stored nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sim.services.app.accessible_pdf import compile_pdf
from sim.text.words import make_breakable

TEMPLATE: Final = Path(__file__).parent / "pin_slips.typ"
TITLE: Final = "PIN slips"
NAME, PIN, OPEN = "Sign-in name", "PIN", "Open"
KEEP: Final = "Keep this to yourself. You can change the PIN after you have signed in."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    person: str
    sign_in_name: str
    pin: str


def write_pin_slips(slips: Sequence[Slip], *, team: str, address: str, at: datetime) -> bytes:
    """Return the slips as a PDF/UA-1 on US Letter, two in a row, with lines to cut along."""
    content = {
        "title": make_breakable(f"{TITLE}: {team}"),
        "team": make_breakable(team),
        "date": [at.year, at.month, at.day],
        "labels": [NAME, PIN, OPEN],
        "address": make_breakable(address),
        "keep": KEEP,
        "slips": [[make_breakable(each.person), make_breakable(each.sign_in_name), each.pin] for each in slips],
    }
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return compile_pdf(TEMPLATE, content, what="PIN slips", at=midnight)
