"""Everything that is stored about one person, as a ZIP to hand over."""

import json
import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

from sim.drill.attempt import AttemptState, Mode
from sim.services.accounts.viewer import Duty, Viewer, require
from sim.services.app.wiring import App
from sim.services.privacy.stored import STORED
from sim.text.tables import TextTable, write_table_csv

SCHEMA_VERSION = 1
OF_THE_DRILL = frozenset({"form_id", "form_version", "recording_id", "truth_sha256"})
Rows = list[dict[str, Any]]


def export_person(app: App, viewer: Viewer, person_id: str) -> bytes:
    """Return a ZIP with `everything.json` and a CSV for each table that holds something about the person."""
    if viewer.person_id is None or viewer.person_id != person_id:
        require(viewer, Duty.KEEP_RECORD)
    with app.store.read() as work:
        work.teams.get_person(person_id)
        found = {name: rows for name, rows in _leave_out_waiting(work.personal.collect(person_id)).items() if rows}
    data = {
        "schema_version": SCHEMA_VERSION,
        "made_at": app.clock.read().wall.isoformat(),
        "what_is_what": {name: STORED[name].what for name in found},
        "tables": found,
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("everything.json", json.dumps(data, ensure_ascii=False, indent=2, default=_write))
        for name, rows in found.items():
            archive.writestr(f"{name}.csv", write_table_csv(_make_table(name, rows)))
    return packed.getvalue()


def _leave_out_waiting(found: dict[str, Rows]) -> dict[str, Rows]:
    """Leave out on what a measured drill is that waits for its start: its page does not tell either."""
    waiting = {
        row["attempt_id"]
        for row in found["attempt"]
        if row["mode"] == Mode.ASSESSMENT.value
        and AttemptState(row["state"]) in (AttemptState.ASSIGNED, AttemptState.BRIEFED)
    }
    return {
        name: [
            {key: "shown once the drill has started" if key in OF_THE_DRILL else value for key, value in row.items()}
            if row.get("attempt_id") in waiting
            else row
            for row in rows
        ]
        for name, rows in found.items()
    }


def _make_table(name: str, rows: Rows) -> TextTable:
    return TextTable(
        name=name,
        header=tuple(rows[0]),
        rows=tuple(tuple("" if cell is None else str(_write_cell(cell)) for cell in row.values()) for row in rows),
    )


def _write_cell(cell: object) -> object:
    return _write(cell) if isinstance(cell, (datetime, date)) else cell


def _write(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    raise TypeError(f"{type(value)} is not stored about people")
