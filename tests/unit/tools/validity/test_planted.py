"""The table of planted errors is what the command prints, and its example files score full marks."""

import json
from pathlib import Path

import pytest

from sim.__main__ import main
from sim.errors import SimError, TaskError
from sim.scoring.metric import is_full
from sim.tasks import TASK_TYPES
from tests.support.story_truth import SHIPPED, load_story_index
from tools.command import run_command
from tools.validity.__main__ import make_parser
from tools.validity.example_tasks import write_examples
from tools.validity.planted import BEGIN, END, RIGHT, Planted, plant_errors, put_into_page, write_table

PAGE = Path(__file__).parents[4] / "docs" / "scoring.md"


@pytest.fixture(scope="module")
def planted() -> tuple[Planted, ...]:
    """What is planted in the shipped drill: made when asked for, not while tests are collected."""
    return plant_errors(load_story_index())


@pytest.mark.slow
def test_the_page_holds_what_the_command_prints(planted: tuple[Planted, ...]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    printed = text.partition(BEGIN + "\n")[2].partition("\n" + END)[0]
    assert printed == write_table(planted), (
        "run `python -m tools.validity planted RECORDING_DIR --page docs/scoring.md`"
    )


@pytest.mark.slow
def test_every_type_has_full_marks_for_the_right_answer_and_none_for_a_wrong_one(planted: tuple[Planted, ...]) -> None:
    for name in TASK_TYPES:
        right, *wrong = [each for each in planted if each.task_type == name]
        assert (right.error, right.short, right.unmet) == (RIGHT, (), ())
        assert len(wrong) >= 2
        assert all(each.changes for each in wrong)


def test_the_command_writes_into_a_page_and_a_page_without_markers_is_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    put_into_page(page, "| new |")
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n| new |\n{END}\nafter\n"
    page.write_text("nothing", encoding="utf-8")
    with pytest.raises(SimError, match="has no markers"):
        put_into_page(page, "| new |")
    with pytest.raises(SimError, match="cannot be changed"):
        put_into_page(tmp_path / "gone.md", "| new |")


@pytest.mark.slow
def test_examples_of_every_type_score_full_marks_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_command(make_parser(), ["example", str(SHIPPED), "--out", str(tmp_path)]) == 0
    commands = [line.split()[3:] for line in capsys.readouterr().out.splitlines()]
    assert len(commands) == len(TASK_TYPES)
    for task_type, command in zip(TASK_TYPES.values(), commands, strict=True):
        assert main(command) == 0
        data = json.loads(capsys.readouterr().out)
        assert [m.key for m in task_type.metrics if not is_full(m, data.get(m.key))] == []
        assert {key: met for key, met in data["criteria"].items() if not met} == {"inside_limit": None}


def test_an_unknown_type_and_a_folder_that_is_a_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match="'hunt' does not exist"):
        write_examples(SHIPPED, tmp_path, only="hunt")
    (tmp_path / "file").write_text("")
    with pytest.raises(SimError, match="cannot be written to"):
        write_examples(SHIPPED, tmp_path / "file", only="event")
