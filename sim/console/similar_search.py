"""The appearance search: a box on a person in, sightings out; no name, and no word on which are right."""

from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from sim.app.links import name_file
from sim.app.memory import LruCache
from sim.app.signed import Grant
from sim.app.wiring import App
from sim.attempt.events import SERVER_TAB, EventKind
from sim.attempt.options import DrillOption
from sim.attempt.posted import Frame, Name, Share, parse_posted
from sim.attempt.similar_people import (
    DRILL_QUALITY,
    SimilarGroups,
    SimilarQuery,
    Suggestion,
    cut_around,
    draw_groups,
    find_person,
    find_place,
    make_search_key,
)
from sim.console.footage_access import find_file, read_grant
from sim.console.intake import append_own
from sim.console.questions import find_running, get_running
from sim.db.attempts import AttemptRow, StoredEvent
from sim.errors import AccessError, AnswerError, AttemptError, RecordingError, TaskError
from sim.footage.video.still import load_crop
from sim.truth.index import TruthIndex

MAX_QUERY_BYTES = 4096
MOST_QUERIES = 200
"""Of one attempt."""
QUERIES_A_MINUTE = 30
MOST_KEPT = 200
CLOSED = "the search is closed"


class PostedQuery(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    camera_id: Name
    frame: Frame
    box: Annotated[tuple[Share, Share, Share, Share], Field(strict=False)]


def parse_query(body: bytes) -> SimilarQuery:
    posted = parse_posted(PostedQuery, body, expected='{"camera_id": "CAM-01", "frame": 0, "box": [x1, y1, x2, y2]}')
    return SimilarQuery(camera_id=posted.camera_id, frame=posted.frame, box=posted.box)


def find_similar(app: App, attempt_id: str, query: SimilarQuery) -> dict[str, Any]:
    """Return the answer: `number`, `at_ms`, `recognized`, and `results` [{rank, camera_id, frame, t_s, crop}].

    `number` counts the questions of the attempt; asked again at once, a question keeps its number. `at_ms` is when it
    was logged, milliseconds since release. `results` are best first, and always the same for the same sighting.
    `recognized` is false, and the list empty, when the box is on nobody. What was asked and answered is in the log of
    the attempt from then on.

    Raises:
        PausedError: the trainer has stopped the clock.
        AttemptError: unknown attempt, its clock does not run, or all its questions are asked.
        AccessError: the drill has no appearance search.
        RateLimitError: too many questions within a minute.
        AnswerError: no such camera or frame, or no box.
    """
    app.rate_limit.note(f"similar {attempt_id}", now_s=app.clock.read().steady_s, most=QUERIES_A_MINUTE)
    with app.store.read() as work:
        if DrillOption.APPEARANCE_SEARCH not in work.attempts.get(attempt_id).options:
            raise AccessError("this drill has no appearance search", todo="search without it")
    row = find_running(app, attempt_id, closed=CLOSED)
    index = app.catalog.get_truth(row.recording_id, app.catalog.get_form(row.form_id).form.cameras)
    try:
        person = find_person(index, query)
    except TaskError as error:
        raise AnswerError(f"camera_id: {error.what}", expected=error.expected) from error
    found: tuple[Suggestion, ...] = ()
    if person is not None:
        groups = get_groups(app, row)
        found = groups.list_for(
            find_place(groups.window, person_id=person.person_id, camera_id=query.camera_id, t_s=person.t_s)
        )
    results = [_describe(index, each) for each in found]
    payload = {
        "camera_id": query.camera_id,
        "frame": query.frame,
        "box": list(query.box),
        "recognized": person is not None,
        "results": results,
        "t_s": query.frame / index.table.fps,
        "on": [query.camera_id],
    }
    number, at_ms = _log_question(app, attempt_id, payload)
    ranked = [{"rank": rank, **each} for rank, each in enumerate(results, start=1)]
    return {"number": number, "at_ms": at_ms, "recognized": person is not None, "results": ranked}


def get_groups(app: App, row: AttemptRow) -> SimilarGroups:
    """Return what a search takes for one person each, kept for the last 200. Raises RecordingError, TaskError."""
    form = app.catalog.get_form(row.form_id).form
    attempt_id = row.timing.attempt_id

    def draw() -> SimilarGroups:
        return draw_groups(
            app.catalog.get_window(form),
            target=form.task.target,
            get_distances=lambda person_id: app.catalog.get_outfit_distances(row.recording_id, person_id),
            quality=DRILL_QUALITY,
            key=make_search_key(app.access.secret, attempt_id=attempt_id),
        )

    kept = app.catalog.keep("similar groups", partial(LruCache[SimilarGroups], most=MOST_KEPT))
    return kept.get(attempt_id, draw)


def _log_question(app: App, attempt_id: str, payload: dict[str, Any]) -> tuple[int, float]:
    now = app.clock.read()
    with app.store.write() as work:
        row = get_running(work, attempt_id, now, closed=CLOSED)
        is_query = (StoredEvent.tab_id == SERVER_TAB, StoredEvent.kind == EventKind.SIMILAR)
        asked = [stored.event for stored in work.events.list_all(attempt_id, *is_query)]
        if asked and all(asked[-1].payload[name] == payload[name] for name in ("camera_id", "frame", "box")):
            return int(asked[-1].payload["number"]), asked[-1].t_client_ms
        if len(asked) >= MOST_QUERIES:
            raise AttemptError(
                "all searches of this drill are used", expected=f"at most {MOST_QUERIES}", todo="continue without one"
            )
        number = len(asked) + 1
        event = append_own(work, row, now, kind=EventKind.SIMILAR, payload={"number": number, **payload})
    return number, event.t_client_ms


def _describe(index: TruthIndex, suggestion: Suggestion) -> dict[str, Any]:
    return {
        "camera_id": suggestion.camera_id,
        "frame": suggestion.frame,
        "t_s": suggestion.t_s,
        "crop": list(cut_around(suggestion.box_px, size_wh=index.table.picture_wh[suggestion.camera_id])),
    }


def find_crop(app: App, token: str, recording_name: str, *, camera_id: str, frame: str, part: str) -> bytes:
    """Return a part `x1-y1-x2-y2`, pixels, of a frame as JPEG, of what a token opens. Raises as `find_file`;
    AccessError too for a drill without the search.
    """
    grant, recording_id = read_grant(app, token, recording_name)
    if not _has_search(app, grant):
        raise AccessError("this drill has no appearance search", todo="search without it")
    recording = app.catalog.get_recording(recording_id)
    clip = name_file(app.access.secret, recording_id, recording.get_camera(camera_id).main)
    find_file(app, token, recording_name, clip)
    number, sides = _read_whole(frame), tuple(_read_whole(side) for side in part.split("-"))
    if len(sides) != 4:
        raise RecordingError(f"{part[:40]!r} is no part of a picture", expected="x1-y1-x2-y2 in pixels")
    x1, y1, x2, y2 = sides
    kept = app.catalog.keep("similar crops", partial(LruCache[bytes], most=500))
    key = (recording_id, camera_id, number, sides)
    return kept.get(key, lambda: load_crop(recording, camera_id, number, (x1, y1, x2, y2)))


def _has_search(app: App, grant: Grant) -> bool:
    with app.store.read() as work:
        return DrillOption.APPEARANCE_SEARCH in work.attempts.get(grant.attempt_id).options


def _read_whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise RecordingError(f"{text[:40]!r} is no whole number")
    return int(text)
