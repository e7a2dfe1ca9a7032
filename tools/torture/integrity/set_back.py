"""Somebody says that things were done earlier than they were: a submit after the limit, marks set back by minutes."""

import time
from collections.abc import Sequence

from sim.drill.arrivals import ALLOWANCE_S
from sim.drill.attempt import AttemptState
from sim.drill.event import EventKind
from sim.services.attempt.intake import clamp_events
from sim.services.attempt.scores import settle
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender
from tools.torture.rig.trial import Trial, judge

LIMIT_S = 4.0
LATE_S = 3.0
HEARD_S = 6.0
MARK = {"camera_id": "CAM-01", "frame": 10, "t_s": 1.0, "x": 0.5, "y": 0.5}


def submit_late(rig: Rig) -> Outcome:
    """Submit seconds after the limit, inside the grace, and say that it was made one second after the release."""
    url = rig.get_server().url
    sender = rig.make_attempt(limit_s=LIMIT_S)
    sender.make("open", {"width": 1366, "height": 768, "touch": False})
    sender.post(url)
    time.sleep(LIMIT_S + LATE_S)
    sender.submit(t_client_ms=1000.0)
    answer = sender.post(url)
    row = settle(rig.app, sender.attempt_id)
    wrong = []
    if row.timing.state is AttemptState.SUBMITTED:
        wrong.append("a submit after the limit was taken as in time")
    if row.timing.used_s != LIMIT_S:
        wrong.append(f"it took {row.timing.used_s} s of a limit of {LIMIT_S:g} s")
    saw = f"{answer.status}, {row.timing.state.value.replace('_', ' ')}, time used {row.timing.used_s:g} s"
    return judge(rig, [sender], saw=saw, wrong=wrong)


def set_marks_back(rig: Rig) -> Outcome:
    """Mark after some seconds, in the tab and in a new one, and say that it was at the release or long before."""
    url = rig.get_server().url
    sender = rig.make_attempt()
    sender.make("open", {"width": 1366, "height": 768, "touch": False})
    sender.post(url)
    time.sleep(HEARD_S)
    sender.post(url, body=sender.encode(()))
    tabs = [sender, *(Sender(attempt_id=sender.attempt_id, token=sender.token) for _ in range(2))]
    for number, (tab, t_client_ms) in enumerate(zip(tabs, (500.0, 0.0, -3e11), strict=True)):
        tab.make("mark", {"mark_id": f"back-{number}", **MARK}, t_client_ms=t_client_ms)
        tab.post(url)
    made_s = _list_marks_s(rig, sender.attempt_id)
    early = [each for each in made_s if each < HEARD_S - ALLOWANCE_S]
    wrong = [f"a mark of {HEARD_S:g} s is taken as of {each:.1f} s" for each in early]
    if len(made_s) != len(tabs):
        wrong.append(f"{len(made_s)} of {len(tabs)} marks are there")
    saw = f"marks made after {HEARD_S:g} s, said to be of before 0.5 s, count from {min(made_s, default=0.0):.1f} s"
    return judge(rig, tabs, saw=saw, wrong=wrong)


def _list_marks_s(rig: Rig, attempt_id: str) -> Sequence[float]:
    with rig.app.store.read() as work:
        counted = clamp_events(work.events.list_all(attempt_id))
    return [event.t_client_ms / 1000.0 for event in counted if event.kind is EventKind.MARK]


LATE_SUBMIT = Trial(
    name="late-submit",
    fault="a submit 3 s after the limit, said to be of the first second",
    try_once=submit_late,
    usual_s=10.0,
    part="integrity",
)
SET_BACK = Trial(
    name="set-back",
    fault="marks said to be of long before, in the drill's tab and in new ones",
    try_once=set_marks_back,
    usual_s=8.0,
    part="integrity",
)
