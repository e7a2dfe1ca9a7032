"""How far somebody went through the familiarization drill: the steps of its guide, found in the log again.

The steps are those of `sim/ui/console/js/guide.js`, by the same names; a test holds the two together.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from sim.attempt import events as acts
from sim.attempt.attempt import Phase
from sim.attempt.events import Act, EventKind
from sim.attempt.profile import ProfileName, get_profile

FAR_S = 15.0
"""How far along the timeline a jump goes that is no press of a button."""

IsDone = Callable[[Act], bool]


def _by(*wanted: type[Act]) -> IsDone:
    return lambda act: isinstance(act, wanted)


STEPS: Mapping[str, IsDone] = MappingProxyType(
    {
        "camera": _by(acts.Focus),
        "play": lambda act: isinstance(act, acts.Play) and not act.tick,
        "pause": _by(acts.Halt),
        "jump": _by(acts.Seek),
        "step": _by(acts.Step),
        "speed": _by(acts.Speed),
        "backwards": lambda act: isinstance(act, acts.Play | acts.Speed) and act.speed < 0.0,
        "time": lambda act: isinstance(act, acts.Seek) and abs(act.t_s - act.from_s) > FAR_S,
        "plan": _by(acts.Map),
        "link": _by(acts.Link),
        "wall": lambda act: isinstance(act, acts.View) and act.name == "wall",
        "find": _by(acts.Find),
        "zoom": lambda act: isinstance(act, acts.Zoom) and act.scale > 1.0,
        "mark": _by(acts.MarkMade),
        "unmark": _by(acts.MarkRemoved),
        "bookmark": _by(acts.Bookmark),
        "fault": _by(acts.FaultReport),
        "handIn": _by(acts.Submit),
    }
)
COUNTED_KINDS = frozenset(EventKind) - {
    EventKind.KEY,
    EventKind.STALL,
    EventKind.QUALITY,
    EventKind.HIDDEN,
    EventKind.VISIBLE,
    EventKind.HELD,
}
"""Kinds to look through: the others come often and are no step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsDone:
    """How many steps were done, of how many that the console has."""

    done: int
    of: int

    @property
    def is_whole(self) -> bool:
        return self.done == self.of

    def __str__(self) -> str:
        return f"{self.done} of {self.of} steps"


def list_steps(profile: ProfileName) -> tuple[str, ...]:
    console = get_profile(profile)
    has = {
        "plan": console.map,
        "link": console.links,
        "backwards": any(speed < 0.0 for speed in console.speeds),
    }
    return tuple(name for name in STEPS if has.get(name, True))


def count_steps(log: Iterable[Act], *, profile: ProfileName) -> StepsDone:
    """Return how many steps a log holds the event of. As in the console, an event does the first step that it can."""
    steps = list_steps(profile)
    done: set[str] = set()
    for act in log:
        used = next((name for name in steps if name not in done and STEPS[name](act)), None)
        if used is not None:
            done.add(used)
    return StepsDone(done=len(done), of=len(steps))


class StepKind(StrEnum):
    FAMILIARIZATION = "familiarization"
    BEFORE = "before"
    TRAINING = "training"
    AFTER = "after"
    RETENTION = "retention"

    @property
    def phase(self) -> Phase | None:
        """The side of the training that its drills count for; None where none is measured."""
        return _PHASES.get(self)


_PHASES = {
    StepKind.BEFORE: Phase.BEFORE,
    StepKind.AFTER: Phase.AFTER,
    StepKind.RETENTION: Phase.RETENTION,
}
