"""The kinds of builds, and what each has to have. It loads nothing of them: a worker's child imports it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of build, and whose turn it is first.

    Its module has `clean(job)`, which deletes what is half made, and that or `child_module` has `build(job)`: it makes
    it, puts it in its place when all is done, and returns what is to be known of it, for JSON. It raises SimError.
    Whatever it has finished stays, and it goes on from there after a kill.
    """

    module: str
    child_module: str = ""  # where `build` is, if that loads more than the server should
    rank: int  # lower ones go first; those below `LONG` interrupt the others
    nice: int = 10
    is_for_one_core: bool = False
    waits_for_its_time: bool = False  # when its worker died it is kept and not gone on with by itself


MEASURED: Final = "measured"
"""A recording to measure with, whose seed is shown nowhere."""
DRILL: Final = "drill"
"""A recording for practice."""
FRESH: Final = "fresh"
"""A recording that nobody asked for, see `sim.features.library.fresh`; it gives way to all else."""
CLIPS: Final = "clips"
"""The clips of a walk that were sent."""
WALK: Final = "walk"
"""The recording that is drawn on: what is to be covered is, and all clips are put on one clock."""
SCHOOL: Final = "school"
"""A drawn school made ready for drills."""
PICTURES: Final = "pictures"
"""Pictures drawn from the plan, for the cameras of a drawn school that have none."""
LONG: Final = 10
_RECORDINGS, _BUILDING = "sim.features.library.recordings", "sim.features.library.footage_build"
KINDS: Final[dict[str, Kind]] = {
    CLIPS: Kind(module="sim.features.own_clips.clip_jobs", rank=1),
    WALK: Kind(module="sim.features.own_clips.clocks", rank=2),
    SCHOOL: Kind(module="sim.features.own_school.ready", rank=3),
    MEASURED: Kind(module=_RECORDINGS, child_module=_BUILDING, rank=10),
    DRILL: Kind(module=_RECORDINGS, child_module=_BUILDING, rank=11),
    PICTURES: Kind(module="sim.features.own_school.traced", rank=12),
    FRESH: Kind(
        module=_RECORDINGS, child_module=_BUILDING, rank=13, nice=19, is_for_one_core=True, waits_for_its_time=True
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    data: Path
    kind: str
    owner: str
    name: str
    asked: Mapping[str, Any]
    # how much is done, 0..1, in proportion to the time it takes, None where that is unknown yet; and what is being done
    say: Callable[[float | None, str], None] = field(default=lambda share, step: None)
