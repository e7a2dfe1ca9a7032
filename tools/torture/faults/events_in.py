"""Faults while events come in: the server killed, batches twice and out of order."""

import threading
import time

from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import ANSWER_WITHIN_S, Answer, Sender, ask, describe_seen, shuffle
from tools.torture.rig.trial import judge

TABS = 4
KILL_AFTER_S = (0.15, 1.2)
DRAIN_WITHIN_S = 60.0
LINES = 4
EVENTS = 60
BATCH = 12


def kill_while_posting(rig: Rig) -> Outcome:
    """Kill the server with SIGKILL while four tabs post as fast as they can; start it again and go on."""
    url = rig.get_server().url
    senders = [rig.make_attempt() for _ in range(TABS)]
    stop = threading.Event()
    threads = [threading.Thread(target=_post_until, args=(sender, url, stop)) for sender in senders]
    for thread in threads:
        thread.start()
    time.sleep(rig.rng.uniform(*KILL_AFTER_S))
    rig.kill_server()
    stop.set()
    for thread in threads:
        thread.join()
    wrong: list[str] = []
    after_kill = rig.count(senders)
    began = time.monotonic()
    url = rig.get_server().url
    down_s = time.monotonic() - began
    for sender in senders:
        state = sender.read_state(url)
        if state.get("state") != "running":
            wrong.append(f"after the restart the drill is {state.get('state', 'not there')}")
        elif state["acked"].get(sender.tab, 0) < sender.acknowledged:
            wrong.append("the server says it has fewer events than it acknowledged")
        sender.add(3)
        if not sender.drain(url, within_s=DRAIN_WITHIN_S):
            wrong.append("what waited did not arrive after the restart")
    counted = rig.count(senders)
    return Outcome(
        saw=f"{describe_seen(senders)}; the drill went on after {down_s:.0f} s",
        acknowledged=counted.acknowledged,
        lost=after_kill.lost + counted.lost,
        doubled=counted.doubled,
        wrong=tuple(wrong),
    )


def _post_until(sender: Sender, url: str, stop: threading.Event) -> None:
    while not stop.is_set():
        sender.add(2)
        if sender.post(url).status != 200:
            return


def repeat_and_reorder(rig: Rig) -> Outcome:
    """Send every batch one to three times, in any order, events inside it in any order, on four lines at once."""
    url = rig.get_server().url
    sender = rig.make_attempt()
    sender.add(EVENTS)
    batches = [range(first, min(first + BATCH, EVENTS + 1)) for first in range(1, EVENTS + 1, BATCH // 2)]
    bodies = [sender.encode(shuffle(list(batch), rig.rng)) for batch in batches for _ in range(rig.rng.randint(1, 3))]
    rig.rng.shuffle(bodies)
    answers: list[Answer] = []
    lanes = [
        threading.Thread(target=_send_all, args=(url, sender, bodies[lane::LINES], answers)) for lane in range(LINES)
    ]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    for answer in answers:
        sender.take(answer)
    sender.drain(url, within_s=DRAIN_WITHIN_S)
    state = sender.read_state(url)
    wrong = [] if len(state.get("bookmarks", [])) == EVENTS else ["the state has another number of bookmarks"]
    if sender.acknowledged != EVENTS:
        wrong.append(f"{sender.acknowledged} of {EVENTS} are acknowledged in the end")
    return judge(rig, [sender], saw=describe_seen([sender]), wrong=wrong)


def _send_all(url: str, sender: Sender, bodies: list[bytes], answers: list[Answer]) -> None:
    for body in bodies:
        answers.append(ask(url, "POST", sender.path, headers=sender.headers, body=body, within_s=ANSWER_WITHIN_S))
