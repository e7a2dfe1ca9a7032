"""Lists of people as schools and spreadsheets write them."""

from datetime import date

import pytest

from sim.errors import RosterError
from sim.services.roster.entry import Entry, Roster, TeamName
from sim.services.roster.read import read_roster

TODAY = date(2026, 9, 1)
TABLE = (
    "Name;Email;School;Team;Group;Role;External ID\n"
    "Ána Lopez;Ana@Cedar.example;Maple Ridge;Front office;trained;trainer;007\n"
)


def read(text: str | bytes) -> Roster:
    return read_roster(text.encode() if isinstance(text, str) else text, name="staff.csv", today=TODAY)


ANA = Entry(
    place="line 2",
    name="Ána Lopez",
    email="ana@cedar.example",
    external_id="007",
    team=TeamName(name="Front office", school="Maple Ridge"),
    group="trained",
    role="trainer",
)


SAVED = {
    "utf-8": TABLE.encode("utf-8"),
    "bom": TABLE.encode("utf-8-sig"),
    "utf-16": TABLE.encode("utf-16"),
    "utf-16-le": TABLE.encode("utf-16-le"),
    "1252": TABLE.encode("cp1252"),
    "crlf": TABLE.replace("\n", "\r\n").encode("utf-8-sig"),
    "tabs": TABLE.replace(";", "\t").encode("utf-16"),
    "commas": TABLE.replace(";", ",").encode(),
    "quotes": TABLE.replace("Ána Lopez", '"Ána  Lopez "').encode(),
    "excel text": TABLE.replace("007", '"=""007"""').encode(),
    "empty lines": (TABLE + ";;;;;;\n\n").encode(),
}


@pytest.mark.parametrize("how", SAVED)
def test_the_same_list_however_it_was_saved(how: str) -> None:
    roster = read(SAVED[how])
    assert roster.entries == (ANA,)
    assert not roster.wrong


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("=cmd|' /C calc'!A0,a@b.example,T,,,1", "name"),
        ("@SUM(A1),a@b.example,T,,,1", "name"),
        (",a@b.example,T,,,1", "the name is missing"),
        ("Ana,+a@b.example,T,,,1", "no email address"),
        ("Ana,nobody,T,,,1", "no email address"),
        ("Ana,a@b.example,,,,1", "neither a team nor a school"),
        ("Ana,a@b.example,T,control,,1", "needed: trained"),
        ("Ana,a@b.example,T,,boss,1", "role 'boss' is not known"),
        ("Ana,a@b.example,T,,,=1", "sign of a formula"),
        ("Ana,a@b.example,T,,,1.23E+05", "shortened by a spreadsheet"),
        ("Lopez, Ana,a@b.example,T,,,1", "stand in quotes"),
        ("Ana,a@b.example", "it has 2 cells"),
        (f"{'a' * 81},a@b.example,T,,,1", "has 81 characters"),
        ("=SUM(A1),a@b.example,T,,,1", "cannot be used"),
    ],
)
def test_a_wrong_row_is_named_with_line_and_reason_and_the_others_are_read(row: str, says: str) -> None:
    roster = read(f"name,email,team,group,role,id\nBen,,T,,,2\n{row}\nCy,,T,,,3\n")
    assert [entry.name for entry in roster.entries] == ["Ben", "Cy"]
    (wrong,) = roster.wrong
    assert wrong.place == "line 3"
    assert says in wrong.problem.lower() or says in wrong.problem


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"age,size\n1,2\n", "no column with names"),
        (b"name,Email,e-mail\nA,b,c\n", "two columns for the email"),
        (b'name,team\n"Ana,T\n', "not CSV"),
        (b"\xd0\xcf\x11\xe0 old workbook", "Excel workbook"),
        (b"name\x00\x01\x02\x00\x00", "not a text file"),
    ],
)
def test_what_is_no_list_is_refused_with_words(data: bytes, says: str) -> None:
    with pytest.raises(RosterError, match=says):
        read(data)
