"""Words, days and time zones on screens, in reports and errors.

Plain American English, one word for one thing. Days as "Nov 27, 2026"; 2026-11-27 is for files that machines read. The
zone in which pages show moments is decided in one place.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.app.settings import PROJECT

RETIRED = (
    r"practis(?:e[ds]?|ing)",
    r"programmes?",
    r"colours?",
    r"grey",
    r"trousers",
    r"(?:back|for|to)wards",
    r"centres?",
    r"organis\w+",
    r"whoever",
    r"anew",
    r"ought",
    r"team drills?",
    r"crew drills?",
    r"hand(?:s|ed|ing)? in(?! hand)",
    r"the square",
    r"stretch(?:es)?",
    r"somebody",
    r"recognis\w+",
    r"cancelled",
    r"stays? so",
    r"to be had",
    r"put down as",
    r"true trail",
    r"by (?:it|them)sel(?:f|ves)",
)
"""What nobody reads any more, see the words of the design: spelling, and terms that have another name now."""
TEXT_FOLDERS = (
    "sim/ui",
    "sim/features",
    "sim/app",
    "sim/rules",
    "sim/console",
    "sim/ledger",
    "sim/builds",
    "sim/server",
    "sim/tasks",
    "sim/attempt",
    "sim/forms",
    "sim/program",
    "sim/compare",
    "sim/db",
    "sim/scoring",
)
PATTERN = re.compile(rf"\b(?:{'|'.join(RETIRED)})\b", re.IGNORECASE)
JS_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
JS_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def list_texts(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    found = list_python(text) if path.suffix == ".py" else list_script(text) if path.suffix == ".js" else [text]
    yield from (each for each in found if " " in each.strip())


def list_python(text: str) -> Iterator[str]:
    tree = ast.parse(text)
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def list_script(text: str) -> Iterator[str]:
    for match in JS_STRING.finditer(JS_COMMENT.sub("", text)):
        yield match.group(1) or match.group(2) or ""


def find_retired(text: str) -> list[str]:
    return [
        match.group(0)
        for match in PATTERN.finditer(re.sub(r"[\w./-]*[_/.][\w./-]*\w|\{[^}]*\}|\$\{[^}]*\}", " ", text))
    ]


def list_files() -> list[Path]:
    kinds = {".py", ".js", ".html"}
    return sorted(
        path
        for folder in TEXT_FOLDERS
        for path in (PROJECT / folder).rglob("*")
        if path.suffix in kinds and "migrations" not in path.parts
    ) + sorted((PROJECT / "scenarios" / "lessons").glob("*.yaml"))


@pytest.mark.parametrize("folder", [*TEXT_FOLDERS, "scenarios/lessons"])
def test_no_text_has_a_retired_word(folder: str) -> None:
    files = [path for path in list_files() if path.is_relative_to(PROJECT / folder)]
    assert files
    found = [
        f"{path.relative_to(PROJECT)}: {word!r} in {' '.join(text.split())[:90]!r}"
        for path in files
        for text in list_texts(path)
        for word in find_retired(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("suffix", "text"), [(".py", 'TITLE = "{}"'), (".js", 'const title = "{}";'), (".html", "<p>{}</p>")]
)
def test_a_planted_word_is_found(suffix: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    for planted in ("Practise a drill", "Scan the square", "Hand in the answer", "If it stays so, wait"):
        path.write_text(text.format(planted))
        assert [word for text in list_texts(path) for word in find_retired(text)]


FOR_MACHINES = {
    "sim/app/logs.py": "a log's lines",
    "sim/console/console_data.py": "the console's data",
    "sim/features/comparison/files.py": "a comparison as JSON",
    "sim/features/learning_systems/cmi5.py": "a statement's time",
    "sim/features/learning_systems/services.py": "a score's time",
    "sim/features/operations/doctor_machine.py": "UTC to the second, for who runs the server",
    "sim/features/operations/backup.py": "a backup's list",
    "sim/features/own_clips/annotator_data.py": "the annotator's data",
    "sim/features/privacy/person_data.py": "a person's data as JSON",
    "sim/features/program/mail.py": "a queue's key",
    "sim/features/people/one_roster.py": "compares days of a file",
    "sim/features/people/one_roster_rest.py": "asks a service for changes",
    "sim/features/record/drill_log.py": "CSV",
    "sim/features/record/exports.py": "CSV",
}


def list_iso_days(text: str) -> Iterator[int]:
    for node in ast.walk(ast.parse(text)):
        is_call = isinstance(node, ast.Attribute) and node.attr == "isoformat"
        is_named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "write_utc"
        is_pattern = isinstance(node, ast.Constant) and isinstance(node.value, str) and "%Y-%m-%d" in node.value
        if is_call or is_named or is_pattern:
            yield node.lineno


def test_only_what_machines_read_has_days_as_iso_8601() -> None:
    found = {
        path.relative_to(PROJECT).as_posix()
        for folder in TEXT_FOLDERS[:-2]
        for path in (PROJECT / folder).rglob("*.py")
        if any(list_iso_days(path.read_text(encoding="utf-8")))
    }
    assert found == set(FOR_MACHINES)
    for line in ("f'{at:%Y-%m-%d}'", "at.strftime('%Y-%m-%d %H:%M')", "write_utc(at)"):
        assert list(list_iso_days(f"said = {line}")) == [1]


def test_only_one_file_asks_the_browser_for_its_zone_and_pages_make_none_of_their_own() -> None:
    decides = PROJECT / "sim" / "ui" / "page" / "page_state.py"
    asking = [path for path in (PROJECT / "sim").rglob("*.py") if "context.timezone" in path.read_text("utf-8")]
    assert asking == [decides]
    drawn = [*(PROJECT / "sim" / "ui").rglob("*.py"), *(PROJECT / "sim" / "features").rglob("page*.py")]
    pages = [path for path in drawn if path != decides]
    assert [path for path in pages if re.search(r"\bZoneInfo\(|astimezone\(\)", path.read_text("utf-8"))] == []
