"""The table tests/contract/planted_errors.md: `python -m tests.support.planted_page` writes it."""

from collections.abc import Sequence
from pathlib import Path

from sim.scoring.score_card import MetricValue, ScoreCard, is_full
from sim.tasks import TASK_TYPES
from sim.truth.index import TruthIndex
from tests.support.doc_table import put_into_page
from tests.support.story_truth import load_story_index

PAGE = Path(__file__).resolve().parents[1] / "contract" / "planted_errors.md"
BEGIN, END = "<!-- planted errors: begin -->", "<!-- planted errors: end -->"


def write_table(index: TruthIndex) -> str:
    lines = ["| type | planted error | measures changed | parts of passing not met |", "| --- | --- | --- | --- |"]
    for task_type in TASK_TYPES.values():
        found: dict[str, str] = {}
        short: set[str] = set()
        unmet: set[str] = set()
        for number, task in enumerate(task_type.make_tasks(index, (0.0, index.table.duration_s))):
            is_absent = task.target is not None and not index.find_appearances(task.target)
            if number > 6 and number % 6 and not is_absent:
                continue
            right = task_type.score(task, task_type.answer_perfectly(task, index), index)
            short |= {m.key for m in task_type.metrics if not is_full(m, right.values.get(m.key))}
            unmet |= set(_list_unmet(right))
            for flaw in task_type.answer_wrongly(task, index):
                if flaw.name not in found:
                    wrong = task_type.score(task, flaw.answer, index)
                    values = [(m.key, right.values.get(m.key), wrong.values.get(m.key)) for m in task_type.metrics]
                    changed = [f"`{key}` {_write(was)} → {_write(now)}" for key, was, now in values if was != now]
                    found[flaw.name] = f"{', '.join(changed)} | {_list_parts(_list_unmet(wrong))}"
        marks = f"short of full marks: {', '.join(sorted(short))}" if short else "full marks"
        told = {"none": f"{marks} | {_list_parts(sorted(unmet))}", **found}
        lines += [f"| `{task_type.name}` | {error} | {row} |" for error, row in told.items()]
    return "\n".join(lines)


def _list_unmet(card: ScoreCard) -> list[str]:
    return [key for key, is_met in card.criteria.items() if is_met is False]


def _list_parts(keys: Sequence[str]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


def _write(value: MetricValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    put_into_page(PAGE, write_table(load_story_index()), begin=BEGIN, end=END)
