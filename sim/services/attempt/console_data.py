"""What the console component draws, as plain JSON. It holds nothing about who is where."""

from dataclasses import replace
from typing import Any

from sim.db.rows import AttemptRow
from sim.drill.attempt import Mode
from sim.drill.forms import Form
from sim.drill.hints import MOST_HINTS
from sim.drill.options import DrillOption
from sim.drill.search_start import find_first_moment_s
from sim.footage.recording.open import Recording
from sim.footage.recording.recording import Manifest
from sim.services.app.camera_names import find_wrong_names
from sim.services.app.wiring import App
from sim.services.attempt.console_profiles import describe_profile
from sim.services.attempt.drill_calls import describe_calls
from sim.services.attempt.exercise_news import describe_exercise, has_links
from sim.services.attempt.footage_access import FootageLinks
from sim.services.attempt.help_requests import describe_help
from sim.services.attempt.last_seen import describe_known, list_shown_cameras, number_cameras
from sim.tasks import get_task_type
from sim.tasks.common.answer_form import AnswerForm, FieldKind, Option
from sim.text.times import write_clock

FAMILIARIZATION = "Get to know the console, step by step. Nothing is scored, and there is no hurry."


def make_console_data(app: App, row: AttemptRow, links: FootageLinks) -> dict[str, Any]:
    """Return the `data` of `sim.services.attempt.views.ConsoleView`."""
    form = app.catalog.get_form(row.form_id).form
    recording = app.catalog.get_recording(row.recording_id)
    profile = describe_profile(row.profile)
    exercise = describe_exercise(app, row) if row.mode is Mode.TEAM_EXERCISE else None
    has_signs = profile["links"] and has_links(exercise)
    return {
        "attempt_id": row.timing.attempt_id,
        "token": links.token,
        "api": f"/api/attempts/{row.timing.attempt_id}",
        "limit_s": row.timing.limit_s,
        "mode": row.mode.value,
        "profile": profile,
        "options": sorted(row.options),
        "hints": {"most": MOST_HINTS} if DrillOption.HINTS in row.options else None,
        "help": describe_help(app, row.timing.attempt_id),
        "calls": describe_calls(app, row),
        "site": _describe_site(app, row, form),
        "similar": _describe_similar(row, links),
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
    """Return the plan, with the names that the drill's console shows."""
    plan, wrong = app.catalog.get_plan(row.recording_id, form.cameras), find_wrong_names(form)
    if not wrong:
        return plan
    cameras = [each | {"name": wrong.get(each["camera_id"], each["name"])} for each in plan["cameras"]]
    return plan | {"cameras": cameras}


def _describe_similar(row: AttemptRow, links: FootageLinks) -> dict[str, str] | None:
    """Return where the pictures of the appearance search are; None for a drill without it."""
    if DrillOption.APPEARANCE_SEARCH not in row.options:
        return None
    return {"crops_url": links.link_crops()}


def _describe_question(
    app: App, row: AttemptRow, form: Form, recording: Recording, links: FootageLinks
) -> dict[str, Any]:
    """Return what is asked and who is sought: nobody while someone gets to know the console."""
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
    """Return what is asked, with the time it is about where that is not the whole recording."""
    if form.window_s == (0.0, manifest.duration_s):
        return form.question
    first, last = (write_clock(manifest.start_time, t_s) for t_s in form.window_s)
    return f"{form.question} Time given: {first} to {last}."


def make_answer_form(form: Form, recording: Recording) -> AnswerForm:
    """Return what is asked for, fields about doors and cameras with their options: all that the drill has."""
    answer = get_task_type(form.type).make_answer_form(form.task)
    doors = tuple(Option(value=o.door_id, label=o.name) for o in recording.site.openings if o.kind == "exterior")
    cameras = tuple(Option(value=c.camera_id, label=c.name) for c in list_shown_cameras(form, recording.manifest))
    options = {FieldKind.DOOR: doors, FieldKind.CAMERA: cameras}
    return replace(
        answer, fields=tuple(replace(each, options=options.get(each.kind, each.options)) for each in answer.fields)
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
