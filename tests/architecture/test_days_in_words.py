"""Days on screens, papers and in errors are written as "Nov 27, 2026"; 2026-11-27 is for files that machines read."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.services.app.settings import PROJECT

SCREENS = ("sim/ui", "sim/services", "sim/tasks", "sim/compare", "sim/drill")
FOR_MACHINES = {
    "sim/services/app/logs.py": "a log's lines",
    "sim/services/attempt/console_data.py": "the console's data",
    "sim/services/learning_systems/cmi5.py": "a statement's time",
    "sim/services/learning_systems/services.py": "a score's time",
    "sim/services/operations/doctor_machine.py": "UTC to the second, for who runs the server",
    "sim/services/operations/backup.py": "a backup's list",
    "sim/services/own_clips/page_data.py": "the annotator's data",
    "sim/services/privacy/export.py": "a person's data as JSON",
    "sim/services/program/mail.py": "a queue's key",
    "sim/services/roster/one_roster.py": "compares days of a file",
    "sim/services/roster/one_roster_rest.py": "asks a service for changes",
    "sim/services/training_record/drill_log.py": "CSV",
    "sim/services/training_record/exports/rows.py": "CSV",
}


def list_iso_days(text: str) -> Iterator[int]:
    """Yield the lines that write a day as ISO 8601 does."""
    for node in ast.walk(ast.parse(text)):
        is_call = isinstance(node, ast.Attribute) and node.attr == "isoformat"
        is_named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "write_utc"
        is_pattern = isinstance(node, ast.Constant) and isinstance(node.value, str) and "%Y-%m-%d" in node.value
        if is_call or is_named or is_pattern:
            yield node.lineno


def list_files() -> list[Path]:
    return sorted(path for folder in SCREENS for path in (PROJECT / folder).rglob("*.py"))


def test_only_what_machines_read_has_days_as_iso_8601() -> None:
    found = {
        path.relative_to(PROJECT).as_posix()
        for path in list_files()
        if any(True for _ in list_iso_days(path.read_text(encoding="utf-8")))
    }
    assert found == set(FOR_MACHINES)


@pytest.mark.parametrize(
    "line", ["f'{day.isoformat()}'", "f'{at:%Y-%m-%d}'", "at.strftime('%Y-%m-%d %H:%M')", "write_utc(at)"]
)
def test_a_planted_one_is_found(line: str) -> None:
    assert list(list_iso_days(f"said = {line}")) == [1]
