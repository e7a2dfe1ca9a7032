"""Somebody with a token fills the database and slows the others: posts without end, and reads of what was posted."""

import json
import threading

from sim.services.attempt.intake import POSTS_A_MINUTE
from sim.services.attempt.posts import MOST_EVENTS
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender, ask
from tools.torture.rig.trial import Trial, judge

BATCH = 2000
POSTS_MORE = 100
READS = 15
BEATS = 20
SLOWEST_S = 5.0
"""Far above what a heartbeat takes; a machine that does other things besides must not make the trial fail."""


def fill_with_events(rig: Rig) -> Outcome:
    """Post as many events as the server takes, then many more; read the attempt while another drill goes on."""
    url = rig.get_server().url
    filler, other = rig.make_attempt(), rig.make_attempt()
    statuses: dict[int, int] = {}
    stored = 0
    for first in range(1, MOST_EVENTS + 2 * BATCH, BATCH):
        events = [
            {"seq": seq, "t_client_ms": seq, "kind": "key", "payload": {"name": "play"}}
            for seq in range(first, min(first + BATCH, MOST_EVENTS + 1))
        ]
        tab = Sender(attempt_id=filler.attempt_id, token=filler.token) if not events else filler
        events = events or [{"seq": 1, "t_client_ms": 1, "kind": "key", "payload": {"name": "play"}}]
        body = json.dumps({"tab": tab.tab, "events": events}).encode()
        answer = ask(url, "POST", filler.path, headers=filler.headers, body=body)
        statuses[answer.status] = statuses.get(answer.status, 0) + 1
    for _ in range(POSTS_A_MINUTE + POSTS_MORE):
        status = ask(url, "POST", filler.path, headers=filler.headers, body=filler.encode(())).status
        statuses[status] = statuses.get(status, 0) + 1
    with rig.app.store.read() as work:
        stored = len(work.events.list_all(filler.attempt_id))
    wrong = [] if stored <= MOST_EVENTS else [f"{stored} events of one attempt are stored"]
    if not statuses.get(409):
        wrong.append("the log never was full")
    if not statuses.get(429):
        wrong.append("the token has no pace")
    alone_s = _beat(url, other)
    reader = threading.Thread(target=_read, args=(url, filler))
    reader.start()
    beside_s = _beat(url, other)
    reader.join()
    if beside_s > SLOWEST_S:
        wrong.append(f"a heartbeat of another drill took {beside_s:.1f} s")
    said = ", ".join(f"{count} times {status}" for status, count in sorted(statuses.items()))
    beats = f"slowest heartbeat of another drill {alone_s:.3f} s, while it is read {beside_s:.3f} s"
    saw = f"{said}; {stored} stored; {beats}"
    return judge(rig, [other], saw=saw, wrong=wrong)


def _read(url: str, sender: Sender) -> None:
    for _ in range(READS):
        sender.read_state(url)


def _beat(url: str, sender: Sender) -> float:
    """Return how long the slowest of some heartbeats took, seconds."""
    return max(sender.post(url, body=sender.encode(())).seconds for _ in range(BEATS))


ATTACK = Trial(
    name="fill",
    fault="22,000 events and 700 posts within a minute with one token, and its log read all the time",
    try_once=fill_with_events,
    usual_s=30.0,
    part="integrity",
)
