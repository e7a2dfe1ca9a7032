"""The appearance search of a drill that has it: a box on a person in, a list of sightings out.

What leaves the server is what a real search would show, and nothing of truth: no name, no word on which are right.
"""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.drill.attempt import AttemptState
from sim.drill.options import DrillOption
from sim.drill.similar_people import DRILL_QUALITY, Suggestion, make_search_rng, suggest
from sim.drill.similar_query import SimilarQuery, cut_around, find_person
from sim.errors import AccessError, AnswerError, AttemptError, TaskError
from sim.records.rows import AttemptRow
from sim.services import attempts
from sim.services.event_payloads import Frame, Name, Share
from sim.services.wiring import App
from sim.truth.index import TruthIndex

MAX_QUERY_BYTES = 4096
MOST_QUERIES = 1000
QUERIES_A_MINUTE = 30


class PostedQuery(BaseModel):
    """The body of a question: its number, the camera and frame on screen, and the box drawn, 0..1 of the picture."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    number: Annotated[int, Field(ge=1, le=MOST_QUERIES)]
    camera_id: Name
    frame: Frame
    box: Annotated[tuple[Share, Share, Share, Share], Field(strict=False)]


def parse_query(body: bytes) -> tuple[int, SimilarQuery]:
    """Return the number of a question and the question. Raises AnswerError naming the first fault."""
    try:
        posted = PostedQuery.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        raise AnswerError(
            f"{where or 'the body'}: {first['msg']}",
            expected='{"number": 1, "camera_id": "CAM-01", "frame": 0, "box": [x1, y1, x2, y2]}',
        ) from error
    return posted.number, SimilarQuery(camera_id=posted.camera_id, frame=posted.frame, box=posted.box)


def find_similar(app: App, attempt_id: str, *, number: int, query: SimilarQuery) -> dict[str, Any]:
    """Return the answer to a question: `recognised`, and `results` [{rank, camera_id, frame, t_s, crop}], best first.

    The same question of the same number always has the same answer. `recognised` is false, and the list empty, when the
    box is on nobody.

    Raises:
        AttemptError: unknown attempt, or its clock does not run.
        AccessError: the drill has no appearance search.
        PaceError: too many questions within a minute.
        AnswerError: no such camera or frame, or no box.
    """
    row = _get_running(app, attempt_id)
    app.pace.note(f"similar {attempt_id}", now_s=app.clock.read().steady_s, most=QUERIES_A_MINUTE)
    index = app.catalogue.get_truth(row.recording_id)
    window = app.catalogue.get_window(row.recording_id, app.catalogue.get_form(row.form_id).form.window_s)
    try:
        person = find_person(index, query)
    except TaskError as error:
        raise AnswerError(f"camera_id: {error.what}", expected=error.expected) from error
    if person is None:
        return {"recognised": False, "results": []}
    found = suggest(
        window,
        person_id=person.person_id,
        camera_id=query.camera_id,
        t_s=person.t_s,
        distances=app.catalogue.get_outfit_distances(row.recording_id, person.person_id),
        quality=DRILL_QUALITY,
        rng=make_search_rng(attempt_id=attempt_id, person_id=person.person_id, number=number),
    )
    return {"recognised": True, "results": [_describe(index, rank, each) for rank, each in enumerate(found, start=1)]}


def _get_running(app: App, attempt_id: str) -> AttemptRow:
    state = attempts.get_state(app, attempt_id)
    with app.store.read() as work:
        row = work.attempts.get(attempt_id)
    if DrillOption.APPEARANCE_SEARCH not in row.options:
        raise AccessError("this drill has no appearance search", todo="search without it")
    if state is not AttemptState.RUNNING:
        raise AttemptError(
            f"the search is closed: the attempt is {state.replace('_', ' ')}",
            expected="a running attempt",
            todo="reload the page",
        )
    return row


def _describe(index: TruthIndex, rank: int, suggestion: Suggestion) -> dict[str, Any]:
    size_wh = index.table.picture_wh[suggestion.camera_id]
    return {
        "rank": rank,
        "camera_id": suggestion.camera_id,
        "frame": suggestion.frame,
        "t_s": suggestion.t_s,
        "crop": list(cut_around(suggestion.box_px, size_wh=size_wh)),
    }
