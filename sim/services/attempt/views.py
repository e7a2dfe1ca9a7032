"""What a page or the console is given to draw: frozen, complete, and free of anything the viewer may not know."""

from dataclasses import dataclass
from typing import Any

from sim.drill.options import DrillOption, OptionCard
from sim.services.attempt.console_profiles import ProfileCard
from sim.services.debrief.cameras import CamerasView
from sim.services.debrief.losses import LossView
from sim.services.debrief.map import MapView
from sim.services.debrief.moments import MomentsView
from sim.services.debrief.practice import PracticeView
from sim.services.debrief.time import TimeBudgetView


@dataclass(frozen=True, slots=True, kw_only=True)
class FormCard:
    """One form in a list, as a trainee or trainer may see it before the attempt.

    `question` is what it asks, `shown` what is shown of the person sought, "" where nobody is.
    """

    form_id: str
    title: str
    recording_title: str
    place: str
    limit_s: float
    difficulty: str
    type: str
    question: str
    shown: str


QUESTION = "question"
"""What is held back of a measured drill in which nobody is sought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingView:
    """Everything shown before the clock runs.

    `profile_choices` and `option_choices` are empty where console and options are given; `options` says in words what
    the drill is given with, "" for nothing. `photo_count`: sides of the person sought on the picture at
    `reference_url`, 3 or 1; 0 and None where there is no picture. `offers_familiarisation`: whoever
    is to do it has not got to know the console yet. `may_be_absent`: the answer may be that the student is on no
    camera, whether or not it is. `is_backward`: the search begins at `release_clock` and goes back in time.
    `held_back`: what of a measured drill appears with its start, by the names of `Reference`, `QUESTION` where nobody
    is sought; "" for one that measures nothing, of which all is shown. Then `descriptor`, `reference_url`,
    `release_clock`, `window_clock` and `notice` are empty, and `title` and `question` those of every drill of its kind.
    """

    attempt_id: str
    state: str
    title: str
    question: str
    descriptor: str
    reference_url: str | None
    photo_count: int
    notice: str
    place: str
    release_clock: str
    window_clock: tuple[str, str] | None
    limit_s: float
    is_backward: bool
    held_back: str
    counts: tuple[str, ...]
    pass_rule: str
    may_be_absent: bool
    person_label: str | None
    probe_url: str
    profile: ProfileCard
    profile_choices: tuple[ProfileCard, ...]
    options: str
    options_chosen: tuple[DrillOption, ...]
    option_choices: tuple[OptionCard, ...]
    offers_familiarisation: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleView:
    """The console's `data`: plain JSON, see `as_data`.

    Attributes:
        data: what the component draws, plain JSON: attempt_id, token, api;
            site {site_id, name, groups [{name, cameras}], floors, zones [{zone_id, name, floor, polygon}],
            walls {floor: [[x1, y1, x2, y2]]}, cameras [as `sim.site.drawn_plan.make_plan`; cone: rings of [x, y]]};
            links {camera_id: [{x, y, above_y, turn_deg, cameras [{camera_id, walking_s}]}]}, empty where the profile
            has none;
            recording {title, fps, frame_count, duration_s, start_time,
            walls [{url, index_url, columns, rows, tile_wh, cameras}],
            cameras [{camera_id, name, size_wh, main_url, main_index_url, thumbs_url}],
            thumbs {tile_wh, every_s, columns}};
            task {title, question, descriptor, reference_url (None without photos), photo_count (3, 1 or 0), window_s,
            answer_form as of `sim.tasks.answer_form.AnswerForm`}; limit_s; mode;
            profile {name, title, speeds, tiles, jumps_s, sync, map, links, is_narrow};
            options [names of `sim.drill.options.DrillOption`];
            similar {crops_url} for a drill with the appearance search, else None;
            hints {most} for a drill with hints, else None; help {asked, answered} for a drill of a session, else None;
            calls {call_s, list [{call_id, at_s, channel, caller, message, question, replies [{value, label}],
            from_memory}]}, without the right replies;
            crew {role, duties, members [{role, label, name}]} for a part of a team drill, else None.
    """

    attempt_id: str
    state: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One line of the score card: the measure's name, its value as text, and what it means in a sentence."""

    key: str
    label: str
    value: str
    sentence: str
    good: bool | None


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
    `calls` holds the calls that came in, for a drill given with interruptions.
    `has_trace`: every appearance of someone was to be marked. `map` is None where nobody was sought.
    `options` says in words what the drill was given with, "" for nothing; `options_chosen` holds the same by name.
    `search_use`: sentences on the use of the appearance search, () for a drill without it.
    `earlier_rules` says what the stored score was where earlier rules than those of today made it, else "".
    `is_shut`: the search cannot be watched again yet, as others are still measured on its footage.
    `stall_s` is how long playing waited for footage, when that was so long that the time is not clean; else None.
    `arrivals` says that nothing was heard of the browser for a while, or that some of the log came late; else "".
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
    practice: tuple[PracticeView, ...]
    profile: ProfileCard
    options: str
    options_chosen: tuple[DrillOption, ...]
    stall_s: float | None
    arrivals: str
    is_demo: bool
    earlier_rules: str = ""
    is_shut: bool = False
