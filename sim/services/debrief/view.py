"""What a debrief is drawn from: frozen and complete."""

from dataclasses import dataclass
from datetime import datetime

from sim.drill.options import DrillOption
from sim.scoring.part import PartView
from sim.services.attempt.console_profiles import ProfileCard
from sim.services.debrief.cameras import CamerasView
from sim.services.debrief.expert import ExpertView
from sim.services.debrief.last_try import LastTryView
from sim.services.debrief.map import MapView
from sim.services.debrief.moments import MomentsView
from sim.services.debrief.practice import PracticeView
from sim.services.debrief.time import TimeBudgetView
from sim.tasks.common.moment_words import LossView


@dataclass(frozen=True, slots=True, kw_only=True)
class LegView:
    """One appearance of the target, for the debrief's table."""

    camera_id: str
    camera_name: str
    from_clock: str
    to_clock: str
    outcome: str
    is_glimpse: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """Something wrong with a camera, or reported as such. `wrong` is "" where nothing was, `reported` where nobody did.

    `outcome` is "found", "missed", "no such fault", "your own words, not compared" or "another drill asks about this".
    """

    camera_id: str
    camera_name: str
    wrong: str
    reported: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """One call that came: when, what was asked, what was replied, and how the search went on; all as text."""

    at: str
    caller: str
    question: str
    reply: str
    right: str
    outcome: str
    back_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebriefView:
    """What a trainee sees after the attempt has ended.

    `hints` is how many hints were taken, None for a drill given without.
    `rule` is the one thing to do next time, `again` the drill that "Try again" starts, of the same kind and after
    another student where there is one; None where there is no drill to try. `practice` is what else to practice.
    `person` and `school` stand on paper, `person` "" for anyone without an account; `ended_at` is UTC.
    `calls` holds the calls that came in, for a drill given with interruptions.
    `has_trace`: every appearance of someone was to be marked. `map` is None where nobody was sought.
    `options` says in words what the drill was given with, "" for nothing; `options_chosen` holds the same by name.
    `search_use`: sentences on the use of the appearance search, () for a drill without it.
    `real_footage`: what is to be said of real clips, in which truth knows one person; "" for drawn people.
    `is_shut`: the search cannot be watched again yet, as others are still measured on its footage.
    `expert`: what an expert found in the same drill; None where there is no such search, or it may not be watched.
    `stall_s` is how long playing waited for footage, when that was so long that the time is not clean; else None.
    `arrivals` says that nothing was heard of the browser for a while, or that some of the log came late or in a pause.
    """

    attempt_id: str
    state: str
    title: str
    has_trace: bool
    verdict: str
    passed: bool
    parts: tuple[PartView, ...]
    legs: tuple[LegView, ...]
    faults: tuple[FaultView, ...]
    search_use: tuple[str, ...]
    calls: tuple[CallView, ...]
    hints: int | None
    map: MapView | None
    time: TimeBudgetView
    cameras: CamerasView
    moments: MomentsView
    losses: tuple[LossView, ...]
    rule: str
    again: PracticeView | None
    last_try: LastTryView | None
    practice: tuple[PracticeView, ...]
    person: str
    school: str
    ended_at: datetime | None
    profile: ProfileCard
    options: str
    options_chosen: tuple[DrillOption, ...]
    stall_s: float | None
    arrivals: str
    is_demo: bool
    is_shut: bool = False
    real_footage: str = ""
    expert: ExpertView | None = None
