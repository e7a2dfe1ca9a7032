import csv
import io

import pytest

from sim.app.wiring import App
from sim.errors import AccessError, LedgerError, NewerSchemaError, SimError
from sim.features.record.drill_log import (
    MOST_OWN,
    OWN_LOGS,
    SHIPPED,
    STANDARD,
    add_template,
    list_templates,
    read_template,
    read_template_file,
    remove_template,
)
from sim.features.record.exports import Format, write_export
from sim.rules.viewer import AT_THIS_MACHINE, Role, Viewer
from tests.support.fake_clock import FakeClock
from tests.support.session_app import Room
from tests.unit.features.record.test_certificates_and_log import check_paper_wide, hold
from tests.unit.ledger.conftest import room

__all__ = ["room"]
COLUMN = """[[columns]]
head = "{head}"
shows = "{shows}"
"""
HEAD = """schema_version = 1
name = "Ours"
"""
GOOD = HEAD + COLUMN.format(head="Day", shows="date") + COLUMN.format(head="Fire chief (sign)", shows="")


KINDS = ("Camera-search drill: ", "Training: ")


def read_rows(room: Room, key: str) -> list[list[str]]:
    body = write_export(room.app, room.team_id, Format.LOG_CSV, log=key)
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_three_states_come_along_as_examples_with_their_source(room: Room, clock: FakeClock) -> None:
    hold(room, clock, "Ana", "Ben")
    known = list_templates(room.app)
    assert list(known.found) == [STANDARD, "michigan", "ohio", "texas"] and not known.problems
    for key, template in known.found.items():
        text = check_paper_wide(write_export(room.app, room.team_id, Format.LOG_PDF, log=key), title=template.title)
        rows = read_rows(room, key)
        assert len(rows) == 3 and rows[0] == [each.head for each in template.file_columns or template.columns]
        if key == STANDARD:
            continue
        assert "not an official form" in template.note and template.link.startswith("https://")
        assert all(" ".join(words.split()[:6]) in " ".join(text.split()) for words in (template.note, template.source))
        by_hand = [n for n, each in enumerate(template.columns) if not each.shows]
        assert by_hand and {rows[1][n] for n in by_hand} == {""}
        assert [any(kind in cell for cell in row) for kind, row in zip(KINDS, rows[1:], strict=True)] == [True, True]


def test_a_districts_own_is_kept_used_and_removed(room: Room) -> None:
    add_template(room.app, AT_THIS_MACHINE, "any/../name.toml", GOOD.encode("utf-8-sig"))
    ((key, template),) = [each for each in list_templates(room.app).found.items() if each[1].name == "Ours"]
    assert [each.head for each in template.columns] == ["Day", "Fire chief (sign)"]
    assert read_template_file(room.app, key) == GOOD.encode("utf-8-sig")
    assert [path.parent.name for path in room.app.settings.data.rglob("ours-*.toml")] == [OWN_LOGS]
    rows = read_rows(room, key)
    assert rows[:2] == [["Day", "Fire chief (sign)"], ["Sep 14, 2026", ""]]
    for name in ("Ours", "OURS", "Ohio (example)"):
        with pytest.raises(LedgerError, match="already"):
            add_template(room.app, AT_THIS_MACHINE, "b.toml", GOOD.replace("Ours", name).encode())
    remove_template(room.app, AT_THIS_MACHINE, key)
    remove_template(room.app, AT_THIS_MACHINE, "ohio")
    remove_template(room.app, AT_THIS_MACHINE, "../../secrets")
    assert len(list_templates(room.app).found) == 4 and (SHIPPED / "ohio.toml").exists()
    with pytest.raises(LedgerError, match="is gone"):
        write_export(room.app, room.team_id, Format.LOG_PDF, log=key)
    for n in range(MOST_OWN):
        add_template(room.app, AT_THIS_MACHINE, "b.toml", GOOD.replace("Ours", f"Ours {n}").encode())
    with pytest.raises(LedgerError, match="Remove one first"):
        add_template(room.app, AT_THIS_MACHINE, "b.toml", GOOD.encode())


def test_only_who_is_for_all_schools_adds_one(drill_app: App) -> None:
    for viewer in (
        Viewer(account_id="a", person_id=None, name="Ola", role=Role.TRAINER, schools=frozenset({"North"})),
        Viewer(account_id="a", person_id=None, name="Pat", role=Role.PRINCIPAL),
    ):
        with pytest.raises(AccessError):
            add_template(drill_app, viewer, "a.toml", GOOD.encode())
        with pytest.raises(AccessError):
            remove_template(drill_app, viewer, "own-a")


WRONG = {
    GOOD + COLUMN.format(head="Chief", shows="fire_chief"): "a.toml, columns.2.shows: no column shows 'fire_chief'",
    GOOD + COLUMN.format(head="dAY", shows="time"): "a.toml: columns: the head 'dAY' stands twice",
    GOOD + COLUMN.format(head="=HYPERLINK(1)", shows="time"): "a.toml, columns.2.head: '=HYPERLINK(1)' begins like a",
    GOOD + COLUMN.format(head="x" * 300, shows="time"): "a.toml, columns.2.head: String should have at most 60",
    GOOD + COLUMN.format(head="", shows="time"): "a.toml, columns.2.head",
    GOOD + COLUMN.format(head="a\\u202eb", shows="time"): "a.toml, columns.2.head: the text holds a sign",
    GOOD + "wide = 3\n": "a.toml, columns.1.wide: Extra inputs",
    GOOD + "width = 99\n": "a.toml, columns.1.width",
    GOOD + '[words]\nparade = "Parade"\n': "a.toml, words.parade",
    GOOD + '[words]\nsession = "+1"\n': "a.toml, words.session: '+1' begins like a formula",
    HEAD: "a.toml, columns: Field required",
    HEAD + "columns = []": "a.toml, columns",
    GOOD.replace("schema_version = 1", ""): "a.toml, schema_version",
    GOOD.replace("schema_version = 1", "schema_version = 0"): "a.toml, schema_version",
    GOOD + "[[columns": "a.toml cannot be read as TOML",
    HEAD + "columns = " + "[" * 9_000: "a.toml cannot be read as TOML",
    HEAD + "a." * 4_000 + "b = 1": "a.toml, ",
    "PK\x03\x04": "a.toml cannot be read as TOML",
    "": "a.toml, schema_version",
    GOOD + "#" * 20_000: "a.toml has more than 20,000 bytes",
}


def test_what_is_wrong_with_a_file_is_said_with_its_place_and_nothing_is_kept(drill_app: App) -> None:
    for text, says in WRONG.items():
        with pytest.raises(SimError) as failure:
            add_template(drill_app, AT_THIS_MACHINE, "a.toml", text.encode())
        assert str(failure.value).startswith(says)
        assert len(str(failure.value)) < 800
        assert not list(drill_app.settings.data.rglob("*.toml")), says


def test_a_newer_file_and_bytes_that_are_no_text_are_refused_and_a_broken_one_hides_no_other(drill_app: App) -> None:
    with pytest.raises(NewerSchemaError):
        read_template(GOOD.replace("schema_version = 1", "schema_version = 2").encode(), name="a.toml")
    with pytest.raises(LedgerError, match="cannot be read as TOML"):
        read_template(b"\xff\xfe\x00", name="a.toml")
    folder = drill_app.settings.data / OWN_LOGS
    folder.mkdir()
    (folder / "good.toml").write_text(GOOD, encoding="utf-8")
    (folder / "bad.toml").write_text("columns = 3", encoding="utf-8")
    known = list_templates(drill_app)
    assert "own-good" in known.own and len(known.problems) == 1 and known.problems[0].startswith("bad.toml, ")
