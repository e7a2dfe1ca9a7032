"""The pages name every metric with its version and unit, and every kind of event."""

import re
from pathlib import Path

import pytest

from sim.drill.event import EventKind
from sim.scoring.interruption import HINTS, INTERRUPTION_METRICS
from sim.scoring.team_exercise.coverage import EXERCISE_METRICS
from sim.tasks import TASK_TYPES
from sim.tasks.common.task_type import TaskType

DOCS = Path(__file__).parents[3] / "docs"
METRIC_ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| ([\w/]+) \| (yes)? ?\| (.+) \|$", flags=re.MULTILINE)


def read_sections() -> dict[str, str]:
    """The page by heading; the section of a task type is headed by its name, a trace's as below."""
    text = (DOCS / "scoring.md").read_text(encoding="utf-8")
    parts = re.split(r"^##+ (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def find_section(name: str) -> str:
    return read_sections()["Metrics of a trace" if name == "trace" else f"`{name}`"]


@pytest.mark.parametrize("task_type", [pytest.param(each, id=name) for name, each in TASK_TYPES.items()])
def test_scoring_page_lists_the_metrics_of_every_task_type(task_type: TaskType) -> None:
    listed = [row[:4] for row in METRIC_ROW.findall(find_section(task_type.name))]
    expected = [(m.key, str(m.version), m.unit or "yes/no", "yes" if m.needs_log else "") for m in task_type.metrics]
    assert listed == expected


def test_the_pages_list_the_metrics_of_interruptions_hints_and_exercises() -> None:
    for heading, metrics in (("Interruptions", INTERRUPTION_METRICS), ("Hints", (HINTS,))):
        listed = [row[:4] for row in METRIC_ROW.findall(read_sections()[heading])]
        assert listed == [(metric.key, str(metric.version), metric.unit, "yes") for metric in metrics]
    text = (DOCS / "team-exercises.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\w+) \| [^|]+ \| (\w+) \|", text, flags=re.MULTILINE)
    assert rows == [(m.key, str(m.version), m.unit, m.better.value) for m in EXERCISE_METRICS]
    for metric in EXERCISE_METRICS:
        assert "*Example*" in text.split(f"**`{metric.key}`**", 1)[1].split("\n\n", 1)[0], metric.key


def test_what_is_said_to_be_as_for_another_type_is_defined_there() -> None:
    sources = {"a trace": "trace", "locate": "locate"}
    borrowed = [
        (name, key, sources[source])
        for name in TASK_TYPES
        for key, *_, definition in METRIC_ROW.findall(find_section(name))
        for source in re.findall(r"^as for ([\w ]+)$", definition)
    ]
    assert borrowed
    for name, key, source in borrowed:
        metrics = {m.key: m for m in TASK_TYPES[source].metrics}
        assert metrics[key] in TASK_TYPES[name].metrics, (name, key)


def test_scoring_page_has_no_section_of_a_type_that_is_not_there() -> None:
    named = {heading.strip("`") for heading in read_sections() if heading.startswith("`")}
    assert named == set(TASK_TYPES) - {"trace"}


def test_events_page_lists_every_kind() -> None:
    text = (DOCS / "events.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \|", text, flags=re.MULTILINE)
    assert sorted(listed) == sorted(kind.value for kind in EventKind)
