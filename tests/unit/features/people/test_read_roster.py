import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from sim.errors import RosterError
from sim.features.people import one_roster
from sim.features.people.read import read_roster, read_roster_path
from sim.features.team.entry import Entry, Roster, TeamName
from sim.text import workbooks
from tests.support.one_roster import SAMPLE_ROLES, SAMPLE_USERS, make_files, make_zip, role, user, write_folder

TODAY = date(2026, 9, 1)


def read(**parts: object) -> Roster:
    return read_roster(make_zip(make_files(**parts)), name="export.zip", today=TODAY)  # type: ignore[arg-type]


def test_staff_of_a_bulk_export_and_nobody_else(tmp_path: Path) -> None:
    roster = read()
    assert roster.is_whole
    assert [(entry.external_id, entry.name, entry.email) for entry in roster.entries] == [
        ("u1", "Ana Lopez", "ana.lopez@cedar.example"),
        ("u2", "Ben Hill", None),
        ("u3", "Cy Park", None),
    ]
    assert roster.entries[2].team == TeamName(name="Front Office", school="Maple Ridge", external_id="o1")
    assert roster.notes == ("Students, parents and guardians are not read: 1 person left out.",)
    assert not roster.wrong
    folder = write_folder(make_files(), tmp_path / "export.zip")
    assert read_roster_path(folder, today=TODAY) == roster
    nested = make_zip(make_files(), folder="2026/")
    assert read_roster(nested, name="export.zip", today=TODAY) == roster


def test_the_primary_role_says_the_team_and_ended_roles_say_nothing() -> None:
    roster = read(
        roles=(
            role("a", "u1", "s2", kind="secondary"),
            role("b", "u1", "s1"),
            role("c", "u2", "s1", end="2026-06-30"),
            role("d", "u2", "s2", kind="secondary"),
            role("e", "u3", "s1", end="2026-06-30"),
            role("f", "k1", "s1", name="student"),
        )
    )
    assert {entry.external_id: entry.team.external_id for entry in roster.entries if entry.team} == {
        "u1": "s1",
        "u2": "s2",
    }


def test_a_delta_names_who_changed_and_who_left() -> None:
    roster = read(
        mode="delta",
        users=(user("u1", "Ana", "Lopez-Reyes", status="active"), user("u2", "Ben", "Hill", status="tobedeleted")),
        roles=(
            role("r3", "u3", "s2", status="active"),
            role("r9", "u4", "s1", status="tobedeleted"),
            role("r8", "u5", "s1", status="tobedeleted", kind="secondary"),
        ),
    )
    assert not roster.is_whole
    found = {entry.external_id: entry for entry in roster.entries}
    assert found["u1"].name == "Ana Lopez-Reyes"
    assert found["u1"].team is None
    assert found["u2"].has_left
    assert found["u3"].team is not None and found["u3"].name is None
    assert found["u4"].has_left
    assert "u5" not in found, "an ended second role says nothing about the first"


def test_rows_that_break_the_rules_are_named() -> None:
    roster = read(
        users=(*SAMPLE_USERS, user("u7", "=SUM(A1)", "X"), "u8,,,true", user("u9", "Di", "Fox", status="inactive")),
        roles=(*SAMPLE_ROLES, role("r5", "u7", "s1"), role("r6", "u2", "s2", name="boss"), role("r7", "zz", "s1")),
    )
    assert {(row.place, row.problem.split(".")[0]) for row in roster.wrong} == {
        ("users.csv, line 6", "The name '=SUM(A1) X' cannot be used"),
        ("users.csv, line 7", "It has 4 cells"),
        ("users.csv, line 8", "The status 'inactive' is none of OneRoster 1"),
        ("roles.csv, line 7", "The role 'boss' is none of OneRoster 1"),
        ("roles.csv, user zz", "This user is not in users"),
    }
    undated = read(mode="delta", users=(user("u1", "Ana", "Lopez"),), roles=())
    assert [row.place for row in undated.wrong] == ["users.csv, line 2"]


def test_exports_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make_files()
    less = {left_out: {name: text for name, text in whole.items() if name != left_out} for left_out in whole}
    for files, says in (
        (less["manifest.csv"], "no manifest"),
        (less["roles.csv"], "roles.csv is missing"),
        (make_files(version="1.1"), "OneRoster 1.1"),
        (make_files(mode="weekly"), "bulk, delta or absent"),
        (whole | {"users.csv": "sourcedId,status\r\nu1,\r\n"}, "no column enabledUser"),
    ):
        with pytest.raises(RosterError, match=says):
            read_roster(make_zip(files), name="export.zip", today=TODAY)
    with pytest.raises(RosterError, match="not a readable ZIP"):
        read_roster(make_zip(whole)[:200], name="export.zip", today=TODAY)
    with pytest.raises(RosterError, match="cannot be read as an Excel workbook"):
        read_roster(make_zip(whole), name="staff.xlsx", today=TODAY)
    spoiled = bytearray(make_zip(whole))
    with zipfile.ZipFile(io.BytesIO(spoiled)) as archive:
        offset = archive.getinfo("users.csv").header_offset
    spoiled[offset + 60 : offset + 90] = bytes(30)
    with pytest.raises(RosterError, match="cannot be read"):
        read_roster(bytes(spoiled), name="export.zip", today=TODAY)
    monkeypatch.setattr(one_roster, "MOST_BYTES", 1_000)
    with pytest.raises(RosterError, match="larger than"):
        read_roster(make_zip(whole | {"users.csv": "0" * 2_000}), name="export.zip", today=TODAY)


def test_two_of_one_name_in_one_team_are_told_apart_by_the_middle_name() -> None:
    users = (user("u1", "Ana", "Lopez", middle="Maria"), user("u2", "Ana", "Lopez", middle="Rosa"))
    roster = read(users=users, roles=(role("r1", "u1", "s1"), role("r2", "u2", "s1")))
    assert [entry.name for entry in roster.entries] == ["Ana M. Lopez", "Ana R. Lopez"]


TABLE = (
    "Name;Email;School;Team;Group;Role;External ID\n"
    "Ána Lopez;Ana@Cedar.example;Maple Ridge;Front office;trained;trainer;007\n"
)


def read_csv(text: str | bytes) -> Roster:
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
    roster = read_csv(SAVED[how])
    assert roster.entries == (ANA,)
    assert not roster.wrong


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("=cmd|' /C calc'!A0,a@b.example,T,,,1", "name"),
        ("@SUM(A1),a@b.example,T,,,1", "cannot be used"),
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
    ],
)
def test_a_wrong_row_is_named_with_line_and_reason_and_the_others_are_read(row: str, says: str) -> None:
    roster = read_csv(f"name,email,team,group,role,id\nBen,,T,,,2\n{row}\nCy,,T,,,3\n")
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
        (b"\xd0\xcf\x11\xe0 old workbook", "has a password, or is of Excel before 2007"),
        (b"name\x00\x01\x02\x00\x00", "not a text file"),
    ],
)
def test_what_is_no_list_is_refused_with_words(data: bytes, says: str) -> None:
    with pytest.raises(RosterError, match=says):
        read_csv(data)


def make_workbook(*sheets: list[list[object]], hide_first: bool = False) -> bytes:
    book = Workbook()
    for number, rows in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet(f"More {number}")
        for row in rows:
            sheet.append(row)
        if number == 0 and hide_first:
            sheet.sheet_state = "hidden"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


PEOPLE: list[list[object]] = [
    ["Name", "E-Mail", "School", "Staff ID", "Since"],
    ["Ana Sílva", "ana@school.example", "Maple Ridge", 1001.0, date(2024, 8, 19)],
    [],
    ["  Dee   Cole ", None, "Maple Ridge", "0042", "08/19/2024"],
]


def test_a_list_from_excel_is_read_as_it_is_shown() -> None:
    told = "Only the sheet 'More 1' was read, not 'More 2'."
    for sheets, said in (((PEOPLE,), ()), (([], PEOPLE, [["Notes"]]), (told,))):
        roster = read_roster(make_workbook(*sheets), name="staff.xlsx", today=TODAY)
        ana, dee = roster.entries
        assert (ana.name, ana.email, ana.external_id, ana.place) == ("Ana Sílva", "ana@school.example", "1001", "row 2")
        assert (dee.name, dee.email, dee.external_id, dee.place) == ("Dee Cole", None, "0042", "row 4")
        assert roster.notes == ("Not read and not stored: Since.", *said)
    assert read_roster(make_workbook([["Secret"]], PEOPLE, hide_first=True), name="s.xlsx", today=TODAY).notes == (
        "Not read and not stored: Since.",
    )


def test_titles_above_a_wrong_name_of_the_file_and_a_row_far_below_lose_nobody() -> None:
    book = load_workbook(io.BytesIO(make_workbook([["District staff"], [], *PEOPLE])))
    book.active.cell(1_048_576, 1, "Zed Fox")
    saved = io.BytesIO()
    book.save(saved)
    roster = read_roster(saved.getvalue(), name="staff.csv", today=TODAY)
    assert [(each.name, each.place) for each in roster.entries] == [("Ana Sílva", "row 4"), ("Dee Cole", "row 6")]
    assert [each.place for each in roster.wrong] == ["row 1048576"]
    assert roster.notes[1] == "Left out above the header in row 3: 'District staff'."


def test_a_merged_cell_and_a_formula_are_told_with_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    book = load_workbook(io.BytesIO(make_workbook(PEOPLE)))
    book.active.merge_cells("A2:A4")
    merged = io.BytesIO()
    book.save(merged)
    (wrong,) = read_roster(merged.getvalue(), name="staff.xlsx", today=TODAY).wrong
    assert wrong.place == "row 4" and "name" in wrong.problem
    with pytest.raises(RosterError, match="cell B2: the formula has no value"):
        read_roster(make_workbook([["Name", "Team"], ["Ana", '="A"&"B"']]), name="staff.xlsx", today=TODAY)
    with pytest.raises(RosterError, match="empty"):
        read_roster(make_workbook([]), name="staff.xlsx", today=TODAY)
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", 1_000)
    with pytest.raises(RosterError, match="unpacks to more than"):
        read_roster(make_workbook(PEOPLE), name="staff.xlsx", today=TODAY)
    for cut in (10, 400, 2_000):
        with pytest.raises(RosterError, match="cannot be read as an Excel workbook"):
            read_roster(make_workbook(PEOPLE)[:cut], name="staff.xlsx", today=TODAY)
