"""Words on screens, in reports and errors: plain American English, one word for one thing, in all text of the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.services.app.settings import PROJECT

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
TEXT_FOLDERS = ("sim/ui", "sim/services", "sim/tasks", "sim/drill", "sim/db", "sim/compare", "sim/scoring")
PATTERN = re.compile(rf"\b(?:{'|'.join(RETIRED)})\b", re.IGNORECASE)
JS_COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
JS_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`')


def list_texts(path: Path) -> Iterator[str]:
    """Yield what a file says to people: strings of more than a word."""
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
    """Return the retired words in a text, names of files and fields in it left out."""
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
    "planted",
    [
        "Practise a drill",
        "Make a team drill",
        "Whoever is here",
        "Scan the square",
        "a stretch of footage",
        "Hand in the answer",
        "Somebody is here",
        "If it stays so, wait",
    ],
)
@pytest.mark.parametrize("suffix", [".py", ".js", ".html"])
def test_a_planted_word_is_found(planted: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"page{suffix}"
    path.write_text(
        {".py": f'TITLE = "{planted}"', ".js": f'const title = "{planted}";', ".html": f"<p>{planted}</p>"}[suffix]
    )
    assert [word for text in list_texts(path) for word in find_retired(text)]
