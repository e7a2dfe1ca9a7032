"""Errors planted in right answers: which measures each changes, as a table of `docs/scoring.md`.

`python -m tests.support.planted_page` writes it between the markers of the page; a test holds the page to it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.scoring.metric import MetricValue, is_full
from sim.scoring.score_card import ScoreCard
from sim.tasks import TASK_TYPES
from sim.tasks.common.task_type import TaskType
from sim.truth.index import TruthIndex
from tests.support.doc_table import put_into_page
from tests.support.story_truth import load_story_index

PAGE = Path(__file__).resolve().parents[2] / "docs" / "scoring.md"
RIGHT = "none"
BEGIN, END = "<!-- planted errors: begin -->", "<!-- planted errors: end -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    key: str
    before: MetricValue
    after: MetricValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    task_type: str
    error: str  # `RIGHT` for the right answer itself
    changes: tuple[Change, ...] = ()  # against the right answer
    unmet: tuple[str, ...] = ()  # parts of passing that are not met; the limit is not judged
    short: tuple[str, ...] = ()  # measures of the right answer without full marks


def plant_errors(index: TruthIndex) -> tuple[Planted, ...]:
    """Return, for each task type, its right answer over all tasks, and every kind of error once."""
    return tuple(planted for task_type in TASK_TYPES.values() for planted in _plant(task_type, index))


def write_table(planted: Sequence[Planted]) -> str:
    lines = ["| type | planted error | measures changed | parts of passing not met |", "| --- | --- | --- | --- |"]
    for each in planted:
        changed = ", ".join(f"`{c.key}` {_write(c.before)} → {_write(c.after)}" for c in each.changes)
        if each.error == RIGHT:
            changed = f"short of full marks: {', '.join(each.short)}" if each.short else "full marks"
        lines.append(f"| `{each.task_type}` | {each.error} | {changed} | {', '.join(f'`{k}`' for k in each.unmet)} |")
    return "\n".join(lines)


def _plant(task_type: TaskType, index: TruthIndex) -> Iterator[Planted]:
    found: dict[str, Planted] = {}
    short: set[str] = set()
    unmet: set[str] = set()
    for task in task_type.make_tasks(index, (0.0, index.table.duration_s)):
        perfect = task_type.answer_perfectly(task, index)
        right = task_type.score(task, perfect, index)
        short |= {m.key for m in task_type.metrics if not is_full(m, right.values.get(m.key))}
        unmet |= set(_list_unmet(right))
        for flaw in task_type.answer_wrongly(task, index):
            if flaw.name not in found:
                found[flaw.name] = _compare(task_type, flaw.name, right, task_type.score(task, flaw.answer, index))
    yield Planted(task_type=task_type.name, error=RIGHT, unmet=tuple(sorted(unmet)), short=tuple(sorted(short)))
    yield from found.values()


def _compare(task_type: TaskType, error: str, before: ScoreCard, after: ScoreCard) -> Planted:
    changes = (
        Change(key=m.key, before=before.values.get(m.key), after=after.values.get(m.key)) for m in task_type.metrics
    )
    return Planted(
        task_type=task_type.name,
        error=error,
        changes=tuple(change for change in changes if change.before != change.after),
        unmet=_list_unmet(after),
    )


def _list_unmet(card: ScoreCard) -> tuple[str, ...]:
    return tuple(criterion.key for criterion in card.criteria if criterion.met is False)


def _write(value: MetricValue) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{round(value, 3) + 0.0:.3f}".rstrip("0").rstrip(".")


if __name__ == "__main__":
    put_into_page(PAGE, write_table(plant_errors(load_story_index())), begin=BEGIN, end=END)
