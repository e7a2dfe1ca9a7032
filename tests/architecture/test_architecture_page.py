"""The map of the code names what there is, in the order that the contracts hold."""

import re
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGES = ("docs/architecture.md", "CONTRIBUTING.md")
TEXT = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = {
    each["name"]: each
    for each in tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
}


@pytest.mark.parametrize("page", PAGES)
def test_every_path_on_it_exists(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:sim|tests|docs|scenarios)/[^`*<> ]+)`", text)
    assert paths
    assert [path for path in paths if not (PROJECT / path).exists()] == []


def test_the_floors_are_those_of_the_contract() -> None:
    floors = re.findall(r"^\| \d+ \| (.*?) \|", TEXT, flags=re.MULTILINE)
    named = [{path.removesuffix(".py").replace("/", ".") for path in re.findall(r"`([^`]+)`", row)} for row in floors]
    held = [
        {each.strip() for each in layer.split("|")}
        for layer in CONTRACTS["Arrows point one way"]["layers"]
        if layer != "sim.__main__"
    ]
    assert named == [*held[:-2], held[-2] | held[-1]]


def test_the_rooms_of_the_services_are_those_of_the_contract() -> None:
    part = TEXT.partition("## Services")[2].partition("## ")[0]
    rows = re.findall(r"^\| (`.*?) \|", part, flags=re.MULTILINE)
    named = [set(re.findall(r"sim/services/(\w+)", row)) for row in rows]
    held = [{each.strip() for each in layer.split("|")} for layer in CONTRACTS["Services have floors"]["layers"]]
    assert named == held
    there = {folder.parent.name for folder in (PROJECT / "sim" / "services").glob("*/__init__.py")}
    assert there == set().union(*held)


def test_each_question_is_answered_with_two_places_at_most() -> None:
    rows = TEXT.partition("## Where do I change")[2].splitlines()
    answers = [re.findall(r"`([^`]+)`", row) for row in rows if row.startswith("| ") and "`" in row]
    assert len(answers) >= 10
    assert all(1 <= len(answer) <= 2 for answer in answers)
