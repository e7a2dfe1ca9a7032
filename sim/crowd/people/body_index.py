"""What walking needs to know of the baked bodies: how tall they are and how far a gait cycle carries them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sim.crowd.people.people import Person, Role
from sim.errors import NewerSchemaError, RecordingError

BODY_SCHEMA = 2
ADULT_PREFIXES = ("man_", "woman_")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyFacts:
    """One baked body.

    Attributes:
        body_id: its name, such as "girl_tall".
        height_m: standing height.
        stride_m: distance walked in one gait cycle (two steps) without a foot sliding.
        strides_m: the same by way of getting about: "walk", "run", "up" and "down" (stairs, two treads of 0.3 m: on
            other treads the phase is distance along the flight over two of its treads), "wheel", "crutches".
    """

    body_id: str
    height_m: float
    stride_m: float
    strides_m: Mapping[str, float] = field(default_factory=dict)

    @property
    def role(self) -> Role:
        """Adults are staff, children are students."""
        return Role.STAFF if self.body_id.startswith(ADULT_PREFIXES) else Role.STUDENT


def load_body_index(folder: Path) -> dict[str, BodyFacts]:
    """Read `bodies.json` of a bodies folder: body_id to facts.

    Raises:
        RecordingError: missing or malformed.
        NewerSchemaError: written by a newer version.
    """
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
            )
            for name, row in bodies.items()
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="the baked bodies' index",
            todo="restore scenarios/bodies from the repository",
        ) from error
    if version > BODY_SCHEMA:
        raise NewerSchemaError(
            f"{path} has schema_version {version}", expected=f"at most {BODY_SCHEMA}", todo="update Sightline"
        )
    return facts


def compute_height_m(person: Person, bodies: Mapping[str, BodyFacts]) -> float:
    """Return how tall this person stands, without hair, in metres."""
    return bodies[person.body_id].height_m * person.height_scale
