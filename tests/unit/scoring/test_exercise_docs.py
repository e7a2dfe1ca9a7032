"""docs/team-exercises.md lists the measures that there are, and its worked examples are those of the tests."""

import re
from pathlib import Path

from sim.scoring.team_exercise.registry import EXERCISE_METRICS

TEXT = (Path(__file__).parents[3] / "docs" / "team-exercises.md").read_text(encoding="utf-8")


def test_the_page_lists_every_measure_as_it_is() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\w+) \| [^|]+ \| (\w+) \|", TEXT, flags=re.MULTILINE)
    assert rows == [(m.key, str(m.version), m.unit, m.better.value) for m in EXERCISE_METRICS]


def test_every_measure_has_a_definition_with_an_example() -> None:
    for metric in EXERCISE_METRICS:
        section = TEXT.split(f"**`{metric.key}`**", 1)[1].split("\n\n", 1)[0]
        assert "*Example*" in section, metric.key
