"""Somebody asks the appearance search again and again, to find out more than one list tells."""

import json
from dataclasses import replace
from typing import Any

import numpy as np

from sim.drill.options import DrillOption
from sim.drill.similar_query import SimilarQuery, find_cut_out, find_person
from sim.truth.window import TruthWindow
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender, ask
from tools.torture.rig.trial import Trial, judge

QUESTIONS = 20
JITTER = 0.15
"""Of the person's size, as careless boxes are."""


def ask_again_and_again(rig: Rig) -> Outcome:
    """Ask about one sighting with jittered boxes and numbers of one's own, then about each suggestion that came."""
    url = rig.get_server().url
    sender = rig.make_attempt(options=frozenset({DrillOption.APPEARANCE_SEARCH}))
    with rig.app.store.read() as work:
        row = work.attempts.get(sender.attempt_id)
    index = rig.app.catalog.get_truth(row.recording_id)
    form = rig.app.catalog.get_form(row.form_id).form
    window = rig.app.catalog.get_window(form)
    wrong: list[str] = []
    lists: set[tuple[tuple[str, int], ...]] = set()
    numbered = _ask(url, sender, {"number": 7, "camera_id": index.camera_ids[0], "frame": 0, "box": [0, 0, 1, 1]})
    if numbered.get("status") == 200:
        wrong.append("the browser chooses the number of its question")
    table = _find_clearest(window, form.task.person)
    width, height = index.table.picture_wh[str(table["camera_id"])]
    x1, y1, x2, y2 = (float(table[name]) for name in ("x1", "y1", "x2", "y2"))
    query = SimilarQuery(
        camera_id=str(table["camera_id"]),
        frame=int(table["frame"]),
        box=(x1 / width, y1 / height, x2 / width, y2 / height),
    )
    whom = find_person(index, query)
    answer: dict[str, Any] = {}
    for _ in range(QUESTIONS):
        box = tuple(
            min(1.0, max(0.0, side + rig.rng.uniform(-JITTER, JITTER) * across))
            for side, across in zip(query.box, ((x2 - x1) / width, (y2 - y1) / height) * 2, strict=True)
        )
        jittered = replace(query, box=(box[0], box[1], box[2], box[3]))
        if find_person(index, jittered) != whom:
            continue
        answer = _ask(url, sender, {"camera_id": query.camera_id, "frame": query.frame, "box": list(box)})
        if answer["status"] != 200:
            wrong.append(f"a question is answered {answer['status']} “{answer['words']}”")
            break
        lists.add(tuple((each["camera_id"], each["frame"]) for each in answer["results"]))
    if len(lists) != 1:
        wrong.append(f"one sighting has {len(lists)} different lists")
    wrong += _ask_about_suggestions(url, sender, rig, row.recording_id, answer.get("results", ()))
    listed = len(answer.get("results", ()))
    saw = f"{QUESTIONS} questions about one sighting: {len(lists)} list of {listed}; each suggestion has the same group"
    return judge(rig, [sender], saw=saw, wrong=wrong)


def _find_clearest(window: TruthWindow, person_id: str) -> Any:
    """Return the row of truth in which most of a person is in the picture, within their appearances."""
    rows, table = window.index.appearance_rows, window.index.table.rows
    own = np.concatenate(
        [rows.table_row[rows.low[number] : rows.high[number]] for number in window.find_target(person_id)]
    )
    seen = table.iloc[own]
    area = (seen["x2"] - seen["x1"]) * (seen["y2"] - seen["y1"]) * seen["visible"]
    return seen.iloc[int(area.to_numpy().argmax())]


def _ask_about_suggestions(url: str, sender: Sender, rig: Rig, recording_id: str, results: Any) -> list[str]:
    """Ask from each suggestion; whatever is listed there was in the first list, or is what that was asked about."""
    index = rig.app.catalog.get_truth(recording_id)
    first = {(each["camera_id"], each["frame"]) for each in results}
    new: set[tuple[str, int]] = set()
    for each in list(results)[:5]:
        width, height = index.table.picture_wh[each["camera_id"]]
        x1, y1, x2, y2 = each["crop"]
        box = (x1 / width, y1 / height, x2 / width, y2 / height)
        query = SimilarQuery(camera_id=each["camera_id"], frame=each["frame"], box=box)
        shown = find_cut_out(index, camera_id=query.camera_id, frame=query.frame, crop_px=(x1, y1, x2, y2))
        if find_person(index, query) != shown:
            continue
        answer = _ask(url, sender, {"camera_id": each["camera_id"], "frame": each["frame"], "box": list(box)})
        if answer.get("recognized"):
            new |= {(found["camera_id"], found["frame"]) for found in answer["results"]} - first
    return [f"asking from the suggestions brought {len(new)} more"] if len(new) > 1 else []


def _ask(url: str, sender: Sender, query: dict[str, Any]) -> dict[str, Any]:
    path = f"/api/attempts/{sender.attempt_id}/similar"
    answer = ask(url, "POST", path, headers=sender.headers, body=json.dumps(query).encode())
    said: dict[str, Any] = json.loads(answer.body) if answer.status == 200 else {}
    return {**said, "status": answer.status, "words": answer.words}


ATTACK = Trial(
    name="same-person",
    fault="20 questions on one sighting to the appearance search, and one from each suggestion",
    try_once=ask_again_and_again,
    usual_s=10.0,
    part="integrity",
)
