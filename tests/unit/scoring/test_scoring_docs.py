"""The pages name every metric with its version and unit, and every kind of event."""

import re
from pathlib import Path

import pytest

from sim.scoring.score_card import list_metrics
from sim.tasks import TASK_TYPES
from sim.tasks.common.task_type import TaskType

DOCS = Path(__file__).parents[3] / "docs"
METRIC_ROW = re.compile(r"^\| `(\w+)` \| (\d+) \| ([\w/]+) \| (yes)? ?\| (.+) \|$", flags=re.MULTILINE)


def read_sections() -> dict[str, str]:
    parts = re.split(r"^##+ (.+)\n", (DOCS / "scoring.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def find_section(name: str) -> str:
    return read_sections()["Metrics of a trace" if name == "trace" else f"`{name}`"]


def list_shared(name: str) -> list[tuple[str, str]]:
    shared = []
    for source, keys in re.findall(r"^As for (?:a )?(trace|locate): (.+)$", find_section(name), flags=re.MULTILINE):
        named = re.findall(r"`(\w+)`", keys)
        if keys.startswith("all but"):
            named = [metric.key for metric in TASK_TYPES[source].metrics if metric.key not in named]
        shared += [(source, key) for key in named]
    return shared


@pytest.mark.parametrize("task_type", [pytest.param(each, id=name) for name, each in TASK_TYPES.items()])
def test_scoring_page_defines_the_metrics_of_every_task_type_once(task_type: TaskType) -> None:
    shared = [key for _, key in list_shared(task_type.name)]
    rows = [row[:4] for row in METRIC_ROW.findall(find_section(task_type.name))]
    own = [m for m in task_type.metrics if m.key not in shared]
    assert rows == [(m.key, str(m.version), m.unit or "yes/no", "yes" if m.needs_log else "") for m in own]
    assert sorted(m.key for m in task_type.metrics) == sorted([*shared, *(m.key for m in own)])


def test_the_pages_list_the_metrics_of_interruptions_hints_and_exercises() -> None:
    for heading, metrics in (("Interruptions", list_metrics("calls")), ("Hints", list_metrics("hints"))):
        listed = [row[:4] for row in METRIC_ROW.findall(read_sections()[heading])]
        assert listed == [(metric.key, str(metric.version), metric.unit, "yes") for metric in metrics]
    text = (DOCS / "team-exercises.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\w+) \| [^|]+ \| (\w+) \|", text, flags=re.MULTILINE)
    assert rows == [(m.key, str(m.version), m.unit, m.better.value) for m in list_metrics("exercise")]
    for metric in list_metrics("exercise"):
        assert "*Example*" in text.split(f"**`{metric.key}`**", 1)[1].split("\n\n", 1)[0], metric.key


def test_what_is_said_to_be_as_for_another_type_is_defined_there() -> None:
    borrowed = [(name, source, key) for name in TASK_TYPES for source, key in list_shared(name)]
    assert borrowed
    for name, source, key in borrowed:
        assert {m.key: m for m in TASK_TYPES[source].metrics}[key] in TASK_TYPES[name].metrics, (name, key)


def test_scoring_page_has_no_section_of_a_type_that_is_not_there() -> None:
    named = {heading.strip("`") for heading in read_sections() if heading.startswith("`")}
    assert named == set(TASK_TYPES) - {"trace"}
