"""Somebody marks everybody in practice to read from the debrief what each wears, and so whom a measured drill seeks."""

from sim.db.rows import AttemptRow
from sim.drill.attempt import Phase
from sim.services.app.wiring import App
from sim.services.team import given_drills, team
from tools.torture.integrity.page_reader import read_page
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender, ask
from tools.torture.rig.trial import Trial

MOST_MARKED = 12


def read_outfits(rig: Rig) -> Outcome:
    """Practice on a recording on which a measured drill waits, mark a dozen people who are not sought, read on."""
    app, url = rig.app, rig.get_server().url
    person_id = team.add_person(app, team.add_team(app, f"Office {rig.rng.randrange(10**6)}"), "Heron")
    measured = given_drills.create_attempt(app, person_id, Phase.BEFORE)
    with app.store.read() as work:
        waiting = work.attempts.get(measured)
    sender = rig.make_attempt(form_id=_find_other_form(app, waiting))
    with app.store.read() as work:
        row = work.attempts.get(sender.attempt_id)
    target = app.catalog.get_form(row.form_id).form.target
    marked = _mark_others(app, sender, row.recording_id, str(target))
    answer = ask(url, "POST", sender.path, headers=sender.headers, body=sender.encode(sorted(sender.waiting)))
    wrong = [] if answer.status == 200 else [f"the marks are answered {answer.status} “{answer.words}”"]
    sender.submit()
    sender.post(url)
    page = read_page(url, "drill", query=f"attempt={sender.attempt_id}", until="Moments to look at")
    worn = app.catalog.get_first_worn(row.recording_id)
    own = worn[str(target)]
    pieces = {f"{worn[each].top}" for each in marked} | {f"{worn[each].bottom}" for each in marked}
    wrong += [f"the debrief names {piece!r}" for piece in pieces - {f"{own.top}", f"{own.bottom}"} if piece in page]
    if "marked someone else" not in page:
        wrong.append("the debrief says nothing of the wrong marks, so that this shows nothing")
    said = f"{len(marked)} people marked, of none of them is told what they wear: “Someone else. The student has ...”"
    return Outcome(saw=said, wrong=tuple(wrong[:5]))


def _find_other_form(app: App, waiting: AttemptRow) -> str:
    """Return a trace on the recording of a drill that waits, which is another one."""
    return next(
        known.form.form_id
        for known in app.catalog.list_forms()
        if known.recording_id == waiting.recording_id
        and known.form.type == "trace"
        and known.form.form_id != waiting.form_id
    )


def _mark_others(app: App, sender: Sender, recording_id: str, target: str) -> list[str]:
    """Add a mark on each of some people who are not the target; return who."""
    table = app.catalog.get_truth(recording_id).table
    rows = table.rows[(table.rows["person_id"] != target) & (table.rows["visible"] > 0.9)]
    marked = []
    for person_id, seen in list(rows.groupby("person_id"))[:MOST_MARKED]:
        best = seen.iloc[len(seen) // 2]
        width, height = table.picture_wh[best["camera_id"]]
        seq = len(sender.marks) + 1
        payload = {
            "mark_id": f"mark-{seq}",
            "camera_id": str(best["camera_id"]),
            "frame": int(best["frame"]),
            "t_s": float(best["t_s"]),
            "x": float(best["x1"] + best["x2"]) / 2 / width,
            "y": float(best["y1"] + 0.4 * (best["y2"] - best["y1"])) / height,
        }
        sender.waiting[seq] = {"seq": seq, "t_client_ms": seq * 5, "kind": "mark", "payload": payload}
        sender.marks[seq] = ""
        marked.append(str(person_id))
    return marked


ATTACK = Trial(
    name="outfits-from-practice",
    fault="a dozen people marked wrongly in practice, to read from the debrief what each wears",
    try_once=read_outfits,
    most_tries=3,
    usual_s=20.0,
    part="integrity",
)
