"""Change of single people, where each has drills enough; in the order of the list, never by result."""

from collections.abc import Mapping

from sim.compare.content.both_together import Change
from sim.compare.content.comparison import PersonChange
from sim.services.comparison.parts.numbers import (
    write_points,
    write_points_range,
    write_ratio,
    write_ratio_range,
)
from sim.text.tables import TextTable

READ_AS: Mapping[Change, str] = {
    Change.BETTER: "better, beyond chance",
    Change.WORSE: "worse, beyond chance",
    Change.UNCLEAR: "no clear change",
    Change.UNKNOWN: "too few drills to say",
}


def make_people_table(people: tuple[PersonChange, ...], labels: Mapping[str, str]) -> TextTable:
    """Return how each person changed, less the expected practice gain; `labels` gives the names to show."""
    return TextTable(
        name="people",
        header=("Person", "Time", "95% interval", "Read as", "Accuracy", "95% interval", "Read as"),
        rows=tuple(
            (
                labels.get(person.person_id, person.person_id),
                write_ratio(person.time),
                write_ratio_range(person.time),
                READ_AS[person.time_change],
                write_points(person.accuracy),
                write_points_range(person.accuracy),
                READ_AS[person.accuracy_change],
            )
            for person in people
        ),
    )
