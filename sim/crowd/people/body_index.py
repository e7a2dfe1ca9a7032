"""What walking needs to know of the baked bodies: how tall they are and how far a gait cycle carries them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.crowd.people.people import Person, Role
from sim.errors import NewerSchemaError, RecordingError

BODY_SCHEMA = 3
ADULT_PREFIXES = ("man_", "woman_")
NEWEST_SET = "bodies-2"
"""Folder of the baked bodies of scenarios that name none, and of new ones."""
USUAL_AGES = (11, 18)
"""Years of age of the students of a school that does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFacts:
    body_id: str  # its name, such as "girl_tall"
    height_m: float  # standing height
    stride_m: float  # distance walked in one gait cycle (two steps) without a foot sliding
    # the same by way of getting about: "walk", "run", "up" and "down" (stairs, two treads of 0.3 m: on other treads the
    # phase is distance along the flight over two of its treads), "wheel", "crutches"; since schema 3 also by manner of
    # walking ("walk_long" and so on)
    strides_m: Mapping[str, float] = field(default_factory=dict)
    # years of age of those whose body it may be, both ends included; None in an index before schema 3
    ages: tuple[int, int] | None = None

    @property
    def role(self) -> Role:
        """Adults are staff, children are students."""
        return Role.STAFF if self.body_id.startswith(ADULT_PREFIXES) else Role.STUDENT


def load_body_index(folder: Path) -> dict[str, BodyFacts]:
    """Read `bodies.json` of a bodies folder: body_id to facts."""
    path = folder / "bodies.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        version, bodies = int(data["schema_version"]), dict(data["bodies"])
        facts = {
            name: BodyFacts(
                body_id=name,
                height_m=float(row["height_m"]),
                stride_m=float(row["stride_m"]),
                strides_m={str(n): float(s) for n, s in dict(row["strides_m"]).items()},
                ages=(int(row["ages"][0]), int(row["ages"][1])) if "ages" in row else None,
            )
            for name, row in bodies.items()
        }
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="the baked bodies' index",
            todo=f"restore {folder} from the repository",
        ) from error
    if version > BODY_SCHEMA:
        raise NewerSchemaError(
            f"{path} has schema_version {version}", expected=f"at most {BODY_SCHEMA}", todo="update Sightline"
        )
    return facts


def choose_by_age(bodies: Mapping[str, BodyFacts], ages: tuple[int, int] | None) -> dict[str, BodyFacts]:
    """Return the adults, and the children whose middle age a school's ages span (`USUAL_AGES` if it tells none).

    Bodies of an index that tells no ages fit every school.
    """
    low, high = ages or USUAL_AGES
    chosen = {
        name: facts
        for name, facts in bodies.items()
        if facts.role is Role.STAFF or facts.ages is None or 2 * low <= sum(facts.ages) <= 2 * high
    }
    if all(facts.role is Role.STAFF for facts in chosen.values()):
        raise RecordingError(
            f"no body of the set is that of a student of {low} to {high} years",
            expected="ages that the bodies' index knows",
            todo="change `ages` in site.yaml, or name another body set in the scenario",
        )
    return chosen


def compute_height_m(person: Person, bodies: Mapping[str, BodyFacts]) -> float:
    """Return how tall this person stands, without hair, in meters."""
    return bodies[person.body_id].height_m * person.height_scale
