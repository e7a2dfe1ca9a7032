"""What is known when a search begins: where and when the person was last seen, and by whom."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.errors import TaskError
from sim.truth.appearance import GAP_MAX_S, TIME_TOLERANCE_S
from sim.truth.index import TruthIndex

SAME_SIGHTING_S = GAP_MAX_S
"""How far from a row of truth a camera's sighting may lie: the gap that an appearance may have."""


class Known(BaseModel):
    """The last sighting before the search, by a camera or by a person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    t_s: float = Field(ge=0, allow_inf_nan=False)  # site time, seconds
    # the camera that showed them; None for a sighting by a person
    camera_id: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    # the space in which a person saw them; None for a sighting on a camera
    zone_id: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    seen_by: Annotated[str, Field(max_length=40)] = ""  # who saw them, as in "a teacher"; "" for a camera

    @model_validator(mode="after")
    def _check_place(self) -> Self:
        if (self.camera_id is None) == (self.zone_id is None):
            raise ValueError("a last sighting has a camera_id or a zone_id, and not both")
        if (self.zone_id is not None) != bool(self.seen_by.strip()):
            raise ValueError("seen_by says who saw the student in a space, as in 'a teacher'; a camera has none")
        return self


def check_known(known: Known, index: TruthIndex, *, person: str, window_s: tuple[float, float]) -> None:
    """Hold a last sighting to the truth of a recording."""
    check_place(
        known,
        camera_ids=index.camera_ids,
        zone_ids=sorted(index.table.floor_zones),
        duration_s=index.table.duration_s,
        window_s=window_s,
    )
    if known.camera_id is not None and not _is_shown(index, person, known.camera_id, known.t_s):
        raise TaskError(
            f"{known.camera_id} does not show {person} at {known.t_s:g} s, where they are said to be last seen",
            expected="a camera and a time at which it shows them",
            todo="correct known.t_s or known.camera_id",
        )


def check_place(
    known: Known,
    *,
    camera_ids: Sequence[str],
    zone_ids: Sequence[str],
    duration_s: float,
    window_s: tuple[float, float],
) -> None:
    """Hold a last sighting to what there is at a site and in a recording."""
    if known.t_s > duration_s + TIME_TOLERANCE_S:
        raise TaskError(
            f"the last sighting, at {known.t_s:g} s, is after the recording",
            expected=f"0 to {duration_s:g} s",
            todo="correct known.t_s",
        )
    if known.t_s > window_s[1] + TIME_TOLERANCE_S:
        raise TaskError(
            f"the last sighting, at {known.t_s:g} s, is after the time that the drill asks about",
            expected=f"at most {window_s[1]:g} s, its end",
            todo="correct known.t_s or window_s",
        )
    if known.zone_id is not None and known.zone_id not in zone_ids:
        raise TaskError(
            f"there is no space {known.zone_id!r} at this site for the last sighting",
            expected=f"one of {', '.join(zone_ids)}",
            todo="correct known.zone_id",
        )
    if known.camera_id is not None and known.camera_id not in camera_ids:
        raise TaskError(
            f"there is no camera {known.camera_id!r} in this drill for the last sighting",
            expected=f"one of {', '.join(camera_ids)}",
            todo="correct known.camera_id",
        )


def _is_shown(index: TruthIndex, person: str, camera_id: str, t_s: float) -> bool:
    own = [each for each in index.find_appearances(person) if each.camera_id == camera_id]
    return any(each.start_s - SAME_SIGHTING_S <= t_s <= each.end_s + SAME_SIGHTING_S for each in own)
