"""What briefing and console are given to draw, complete, and without anything that the viewer may not know."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from sim.app.catalog import find_wrong_names
from sim.app.wiring import App
from sim.attempt.attempt import Mode, tick
from sim.attempt.events import Event
from sim.attempt.interruptions import CALL_S, Call, make_calls
from sim.attempt.options import DrillOption, OptionCard, get_profile
from sim.attempt.replay import LASTING, AskedSimilar, list_given, replay_all
from sim.console.console_profiles import ProfileCard, describe_profile
from sim.console.exercise import describe_exercise, has_links
from sim.console.footage_access import FootageLinks
from sim.console.intake import clamp_events, make_receipt
from sim.console.questions import MOST_HINTS, describe_help
from sim.db.attempts import AttemptRow, LearnerRow, TabRow
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import Manifest, RecordedCamera
from sim.forms.forms import Form, find_first_moment_s
from sim.tasks import get_task_type
from sim.tasks.common.task import AnswerForm, FieldKind, Option
from sim.text.times import write_clock

QUESTION = "question"
"""What is held back of a measured drill in which nobody is sought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefingView:
    """Everything shown before the clock runs.

    `profile_choices` and `option_choices` are empty where console and options are given; `options` says in words what
    the drill is given with, "" for nothing. `photo_count`: sides of the person sought on the picture at
    `reference_url`, 3 or 1; 0 and None where there is no picture. `offers_familiarization`: anyone who
    is to do it has not got to know the console yet. `is_real`: the footage is real, as `notice` says.
    `known` says where and when the student was last seen, "" where that is not known. `held_back`: what of a measured
    drill appears with its start, by the names of `Reference`, `QUESTION` where nobody
    is sought; "" for one that measures nothing, of which all is shown. Then `descriptor`, `known`, `reference_url`,
    `window_clock` and `notice` are empty, and `title` and `question` those of every drill of its kind.
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
    is_real: bool
    place: str
    window_clock: tuple[str, str] | None
    limit_s: float
    held_back: str
    counts: tuple[str, ...]
    pass_rule: str
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
    attempt_id: str
    state: str
    # what the component draws, plain JSON: attempt_id, token, api; site {site_id, name, groups [{name, cameras}],
    # floors, zones [{zone_id, name, floor, polygon}], walls {floor: [[x1, y1, x2, y2]]}, cameras [as
    # `sim.site.drawn_plan.make_plan`; cone: rings of [x, y]]}; links {camera_id: [{x, y, above_y, turn_deg, cameras
    # [{camera_id, walking_s}]}]}, empty where the profile has none; recording {title, fps, frame_count, duration_s,
    # start_time, walls [{url, index_url, columns, rows, tile_wh, cameras}], cameras [{camera_id, name, size_wh,
    # main_url, main_index_url, thumbs_url}], thumbs {tile_wh, every_s, columns}}; task {title, question, descriptor,
    # reference_url (None without photos), photo_count (3, 1 or 0), known ({words, t_s, camera_id, floor, x, y} or
    # None), window_s, starts_at_s, answer_form as of `sim.tasks.common.task.AnswerForm`}; limit_s; mode; profile
    # {name, title, speeds, tiles, jumps_s, sync, map, links, is_narrow}; options [names of
    # `sim.attempt.options.DrillOption`]; similar {crops_url} for a drill with the appearance search, else None; hints
    # {most} for a drill with hints, else None; help {asked, answered} for a drill of a session, else None; calls
    # {call_s, list [{call_id, at_s, channel, caller, message, question, replies [{value, label}], from_memory}]},
    # without the right replies; exercise {role, duties, members [{role, label, name}]} for a part of a team exercise,
    # else None
    data: dict[str, Any]


FAMILIARIZATION = "Get to know the console, step by step. Nothing is scored, and there is no hurry."


def make_console_data(app: App, row: AttemptRow, links: FootageLinks) -> dict[str, Any]:
    form = app.catalog.get_form(row.form_id).form
    recording = app.catalog.get_recording(row.recording_id)
    profile = describe_profile(row.profile)
    exercise = describe_exercise(app, row) if row.mode is Mode.TEAM_EXERCISE else None
    has_signs = profile["links"] and has_links(exercise)
    with app.store.read() as work:
        known = work.by_key(LearnerRow, row.timing.attempt_id)
    return {
        "attempt_id": row.timing.attempt_id,
        "token": links.token,
        "api": f"/api/attempts/{row.timing.attempt_id}",
        "limit_s": row.timing.limit_s,
        "mode": row.mode.value,
        "is_lesson": known is not None and known.lesson_id is not None,
        "profile": profile,
        "options": sorted(row.options),
        "hints": {"most": MOST_HINTS} if DrillOption.HINTS in row.options else None,
        "help": describe_help(app, row.timing.attempt_id),
        "calls": {
            "call_s": CALL_S,
            "list": [
                {
                    "call_id": call.call_id,
                    "at_s": call.at_s,
                    "channel": call.channel.value,
                    "caller": call.caller,
                    "message": call.message,
                    "question": call.question,
                    "replies": [{"value": reply.value, "label": reply.label} for reply in call.replies],
                    "from_memory": call.from_memory,
                }
                for call in list_calls(app, row)
            ],
        },
        "site": _describe_site(app, row, form),
        "similar": {"crops_url": links.link_crops()} if DrillOption.APPEARANCE_SEARCH in row.options else None,
        "links": app.catalog.get_links(row.recording_id, form.cameras) if has_signs else {},
        "exercise": exercise,
        "recording": _describe_recording(recording.manifest, form, links),
        "task": {
            "title": form.title,
            **_describe_question(app, row, form, recording, links),
            "window_s": list(form.task.window_s),
            "starts_at_s": find_first_moment_s(form.type, form.window_s, form.known),
            "answer_form": make_answer_form(form, recording).as_data(),
        },
    }


def _describe_site(app: App, row: AttemptRow, form: Form) -> dict[str, Any]:
    plan, wrong = app.catalog.get_plan(row.recording_id, form.cameras), find_wrong_names(form)
    if not wrong:
        return plan
    cameras = [each | {"name": wrong.get(each["camera_id"], each["name"])} for each in plan["cameras"]]
    return plan | {"cameras": cameras}


def _describe_question(
    app: App, row: AttemptRow, form: Form, recording: Recording, links: FootageLinks
) -> dict[str, Any]:
    if row.mode is Mode.FAMILIARIZATION:
        return {"question": FAMILIARIZATION, "descriptor": "", "reference_url": None, "photo_count": 0, "known": None}
    return {
        "question": write_question(form, recording.manifest),
        "descriptor": app.catalog.describe_target(row.recording_id, form.target),
        "reference_url": links.reference_url,
        "photo_count": form.photo_count,
        "known": describe_known(form, recording),
    }


def write_question(form: Form, manifest: Manifest) -> str:
    if form.window_s == (0.0, manifest.duration_s):
        return form.question
    first, last = (write_clock(manifest.start_time, t_s) for t_s in form.window_s)
    return f"{form.question} Only {first} to {last} counts."


def make_answer_form(form: Form, recording: Recording) -> AnswerForm:
    answer = get_task_type(form.type).make_answer_form(form.task)
    doors = tuple(Option(value=o.door_id, label=o.name) for o in recording.site.openings if o.kind == "exterior")
    cameras = tuple(Option(value=c.camera_id, label=c.name) for c in list_shown_cameras(form, recording.manifest))
    options = {FieldKind.DOOR: doors, FieldKind.CAMERA: cameras}
    return replace(
        answer,
        asks_absent=answer.asks_absent and form.may_be_absent,
        fields=tuple(replace(each, options=options.get(each.kind, each.options)) for each in answer.fields),
    )


def _describe_recording(manifest: Manifest, form: Form, links: FootageLinks) -> dict[str, Any]:
    numbers = number_cameras(form, manifest)
    return {
        "title": manifest.title,
        "fps": manifest.fps,
        "frame_count": manifest.frame_count,
        "duration_s": manifest.duration_s,
        "start_time": manifest.start_time.isoformat(),
        "timeline_url": links.link_timeline(),
        "walls": [
            {
                "url": links.link(wall.file),
                "index_url": links.link_index(wall.file),
                "columns": wall.columns,
                "rows": wall.rows,
                "tile_wh": list(wall.tile_wh),
                "cameras": list(wall.cameras),
            }
            for wall in manifest.walls
        ],
        "cameras": [
            {
                "camera_id": camera.camera_id,
                "number": numbers[camera.camera_id],
                "name": camera.name,
                "size_wh": list(camera.size_wh),
                "main_url": links.link(camera.main),
                "main_index_url": links.link_index(camera.main),
                "thumbs_url": links.link(camera.thumbs),
            }
            for camera in list_shown_cameras(form, manifest)
        ],
        "thumbs": {
            "tile_wh": list(manifest.thumbs.tile_wh),
            "every_s": manifest.thumbs.every_s,
            "columns": manifest.thumbs.columns,
        },
    }


def list_calls(app: App, row: AttemptRow) -> tuple[Call, ...]:
    if DrillOption.INTERRUPTIONS not in row.options:
        return ()
    recording = app.catalog.get_recording(row.recording_id)
    shown = {camera.camera_id: camera.name for camera in recording.manifest.cameras}
    right = {camera_id: name for camera_id, name in shown.items() if recording.site.get_camera(camera_id).name == name}
    return make_calls(
        row.form_id,
        limit_s=row.timing.limit_s,
        site=recording.site,
        camera_names=right,
        has_plan=get_profile(row.profile).map,
    )


def list_right_replies(app: App, row: AttemptRow) -> dict[str, str] | None:
    if DrillOption.INTERRUPTIONS not in row.options:
        return None
    return {call.call_id: call.right for call in list_calls(app, row)}


def list_shown_cameras(form: Form, manifest: Manifest) -> tuple[RecordedCamera, ...]:
    kept, wrong = form.cameras, find_wrong_names(form)
    return tuple(
        camera.model_copy(update={"name": wrong.get(camera.camera_id, camera.name)})
        for camera in manifest.cameras
        if kept is None or camera.camera_id in kept
    )


def number_cameras(form: Form, manifest: Manifest) -> dict[str, int]:
    """Return what the console calls each camera: 14 for CAM-14; its place on the wall where ids end otherwise."""
    every = [name for wall in manifest.walls for name in wall.cameras]
    ends = [int(found[0]) if (found := re.search(r"[0-9]+$", name)) else 0 for name in every]
    has_own = 0 not in ends and len(set(ends)) == len(ends)
    numbers = ends if has_own else range(1, len(every) + 1)
    shown = {camera.camera_id for camera in list_shown_cameras(form, manifest)}
    return {name: number for name, number in zip(every, numbers, strict=True) if name in shown}


def write_known(form: Form, recording: Recording) -> str:
    """Return "Last seen 8:05:10 AM at Main entrance (camera 3)", by the drill's names; "" where nothing is known."""
    known = form.known
    if known is None:
        return ""
    manifest = recording.manifest
    clock = write_clock(manifest.start_time, known.t_s)
    if known.camera_id is not None:
        name = next(c.name for c in manifest.cameras if c.camera_id == known.camera_id)
        return f"Last seen {clock} at {name} (camera {number_cameras(form, manifest)[known.camera_id]})"
    place = next(space.name for space in recording.site.spaces if space.zone_id == known.zone_id)
    return f"Last seen {clock} at {place}, by {known.seen_by}"


def describe_known(form: Form, recording: Recording) -> dict[str, Any] | None:
    """Return `known` of the console's data: words, t_s, camera_id (or None), floor, x and y in plan meters; or None."""
    known = form.known
    if known is None:
        return None
    if known.camera_id is not None:
        camera = recording.site.get_camera(known.camera_id)
        floor, (x, y) = camera.floor, camera.position_m[:2]
    else:
        space = next(each for each in recording.site.spaces if each.zone_id == known.zone_id)
        floor, (x, y) = space.floor, _find_middle(space.polygon)
    return {
        "words": write_known(form, recording),
        "t_s": known.t_s,
        "camera_id": known.camera_id,
        "floor": floor,
        "x": round(x, 2),
        "y": round(y, 2),
    }


def _find_middle(polygon: Sequence[tuple[float, float]]) -> tuple[float, float]:
    x, y = np.mean(np.asarray(polygon, dtype=np.float64), axis=0).tolist()
    return x, y


def describe_state(app: App, attempt_id: str) -> dict[str, object]:
    """Return the answer to `GET /api/attempts/{attempt_id}`: time, tabs, work so far. Raises AttemptError: unknown."""
    now = app.clock.read()
    with app.store.read() as work:
        before = work.attempts.get(attempt_id)
        acked = {tab.tab_id: tab.acked for tab in work.list_rows(TabRow, TabRow.attempt_id == attempt_id)}
        log = work.events.list_standing(attempt_id, lasting=LASTING)
    receipt = make_receipt(replace(before, timing=tick(before.timing, now)), now, ack=0)
    return {
        "state": receipt.state,
        "elapsed_ms": receipt.elapsed_ms,
        "remaining_ms": receipt.remaining_ms,
        "acked": acked,
        "leader": receipt.leader,
        "paused": receipt.paused,
        "paused_ms": receipt.paused_ms,
        **describe_work(clamp_events(log)),
    }


def describe_work(events: Sequence[Event]) -> dict[str, object]:
    """Return the work so far, of events that count: what a console that is opened again goes on from."""
    state = replay_all(events)
    return {
        "marks": [
            {
                "mark_id": each.mark_id,
                "camera_id": each.mark.camera_id,
                "t_s": each.mark.t_s,
                "frame": each.frame,
                "x": each.mark.x,
                "y": each.mark.y,
            }
            for each in state.marks.values()
            if each.timed.kept
        ],
        "bookmarks": [each.model_dump(exclude={"on"}) for each in state.bookmarks.values()],
        "faults": [each.model_dump(exclude={"on"}) for each in state.faults.values()],
        "choices": dict(state.choices),
        "clips": {clip_id: asdict(clip) for clip_id, clip in state.clips.items()},
        "own_view": list(state.own_view),
        "similar": _describe_asked(state.list_similar()),
        "hints": len(list_given(events)),
        "calls": {
            call_id: {"at_ms": round(call.came_s * 1000.0), "is_over": call.ended_s is not None}
            for call_id, call in state.calls.items()
        },
        "note": state.note,
        "final_zone": state.final_zone,
        "not_on_camera": state.not_on_camera,
        "resume": {
            "camera_id": state.camera_id,
            "t_s": state.t_s or 0.0,
            "speed": state.speed,
            "wall_s": state.wall_s,
            "timeline_s": state.timeline_s,
        },
    }


def _describe_asked(asked: Sequence[AskedSimilar]) -> dict[str, object]:
    """Return how many questions there were, and the last list with what of it was opened, as the events hold it."""
    if not asked:
        return {"asked": 0, "last": None, "opened": []}
    last = asked[-1]
    payload = {
        "number": last.number,
        "camera_id": last.query.camera_id,
        "frame": last.query.frame,
        "box": list(last.query.box),
        "recognized": last.recognized,
        "results": [
            {"camera_id": each.camera_id, "frame": each.frame, "t_s": each.t_s, "crop": list(each.crop)}
            for each in last.results
        ],
    }
    return {"asked": last.number, "last": payload, "opened": list(last.opened)}
