"""Single cells of roster files: what may stand in them."""

import re

from sim.errors import RosterError
from sim.services.roster.entry import MAX_EMAIL, MAX_EXTERNAL_ID
from sim.services.team.team import MAX_NAME
from sim.text.typed import clean_name

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_EMAIL = re.compile(r"[^\s@,;:<>()\[\]\\\"]+@[^\s@,;:<>()\[\]\\\"]+\.[^\s@,;:<>()\[\]\\\".]+")
_SHORTENED = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)


def clean_cell(cell: str) -> str:
    """Return a cell without surplus blanks; ="00123", as spreadsheets write digits that are no number, is 00123."""
    text = " ".join(cell.split())
    found = _EXCEL_TEXT.fullmatch(text)
    return found.group(1).strip() if found else text


def read_name(text: str, *, what: str) -> str:
    """Return a name of a person, team or school. Raises RosterError: it cannot be used."""
    return clean_name(text, what=what, most=MAX_NAME, fault=RosterError)


def read_email(text: str) -> str:
    """Return an email or sign-in name in small letters. Raises RosterError: it is none."""
    if len(text) > MAX_EMAIL or not text.isprintable() or text[0] in FORMULA_SIGNS or not _EMAIL.fullmatch(text):
        raise RosterError(f"the sign-in name {text[:40]!r} is no email address", expected="name@school.example")
    return text.casefold()


def read_external_id(text: str) -> str:
    """Return an id. Raises RosterError: too long, like a formula, or a number that a spreadsheet has shortened."""
    if _SHORTENED.fullmatch(text):
        raise RosterError(
            f"the id {text!r} was shortened by a spreadsheet",
            todo="make the column a text column, type the ids again, and save",
        )
    if len(text) > MAX_EXTERNAL_ID or not text.isprintable() or text[0] in FORMULA_SIGNS:
        raise RosterError(
            f"the id {text[:40]!r} cannot be used",
            expected=f"up to {MAX_EXTERNAL_ID} characters, the first no sign of a formula",
        )
    return text
