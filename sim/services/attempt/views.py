"""What a page or the console is given to draw: frozen, complete, and free of anything the viewer may not know."""

from dataclasses import dataclass
from typing import Any

from sim.drill.options import DrillOption, OptionCard
from sim.services.attempt.console_profiles import ProfileCard

QUESTION = "question"
"""What is held back of a measured drill in which nobody is sought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingView:
    """Everything shown before the clock runs.

    `profile_choices` and `option_choices` are empty where console and options are given; `options` says in words what
    the drill is given with, "" for nothing. `photo_count`: sides of the person sought on the picture at
    `reference_url`, 3 or 1; 0 and None where there is no picture. `offers_familiarization`: anyone who
    is to do it has not got to know the console yet. `may_be_absent`: the answer may be that the student is on no
    camera, whether or not it is. `is_backward`: the search begins at `release_clock` and goes back in time.
    `known` says where and when the student was last seen, "" where that is not known. `held_back`: what of a measured
    drill appears with its start, by the names of `Reference`, `QUESTION` where nobody
    is sought; "" for one that measures nothing, of which all is shown. Then `descriptor`, `known`, `reference_url`,
    `release_clock`, `window_clock` and `notice` are empty, and `title` and `question` those of every drill of its kind.
    """

    attempt_id: str
    state: str
    title: str
    question: str
    descriptor: str
    known: str
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
    offers_familiarization: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleView:
    """The console's `data`: plain JSON, see `as_data`."""

    attempt_id: str
    state: str
    # what the component draws, plain JSON: attempt_id, token, api; site {site_id, name, groups [{name, cameras}],
    # floors, zones [{zone_id, name, floor, polygon}], walls {floor: [[x1, y1, x2, y2]]}, cameras [as
    # `sim.site.drawn_plan.make_plan`; cone: rings of [x, y]]}; links {camera_id: [{x, y, above_y, turn_deg, cameras
    # [{camera_id, walking_s}]}]}, empty where the profile has none; recording {title, fps, frame_count, duration_s,
    # start_time, walls [{url, index_url, columns, rows, tile_wh, cameras}], cameras [{camera_id, name, size_wh,
    # main_url, main_index_url, thumbs_url}], thumbs {tile_wh, every_s, columns}}; task {title, question, descriptor,
    # reference_url (None without photos), photo_count (3, 1 or 0), known ({words, t_s, camera_id, floor, x, y} or
    # None), window_s, starts_at_s, answer_form as of `sim.tasks.common.answer_form.AnswerForm`}; limit_s; mode; profile
    # {name, title, speeds, tiles, jumps_s, sync, map, links, is_narrow}; options [names of
    # `sim.drill.options.DrillOption`]; similar {crops_url} for a drill with the appearance search, else None; hints
    # {most} for a drill with hints, else None; help {asked, answered} for a drill of a session, else None; calls
    # {call_s, list [{call_id, at_s, channel, caller, message, question, replies [{value, label}], from_memory}]},
    # without the right replies; exercise {role, duties, members [{role, label, name}]} for a part of a team exercise,
    # else None
    data: dict[str, Any]
