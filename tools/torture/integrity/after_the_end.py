"""Somebody goes on posting after the drill was submitted, to fill the database or to change the answer."""

from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import Sender
from tools.torture.rig.trial import Trial, judge

POSTS = 20
EVENTS_A_POST = 100


def post_after_the_end(rig: Rig) -> Outcome:
    """Submit a drill, then post 2,000 more events to it in its own tab and in others."""
    url = rig.get_server().url
    sender = rig.make_attempt()
    sender.add(3)
    sender.submit()
    sender.post(url)
    wrong = [] if sender.read_state(url).get("state") == "submitted" else ["the submit did not end the drill"]
    with rig.app.store.read() as work:
        before = work.events.list_all(sender.attempt_id)
    late = [sender, Sender(attempt_id=sender.attempt_id, token=sender.token)]
    for turn in range(POSTS):
        tab = late[turn % len(late)]
        acknowledged = tab.acknowledged
        tab.add(EVENTS_A_POST)
        answer = tab.post(url, body=tab.encode(sorted(tab.waiting)[-EVENTS_A_POST:]))
        if tab.acknowledged != acknowledged:
            wrong.append("an event after the end was acknowledged")
        if answer.status != 200:
            wrong.append(f"a post after the end is answered {answer.status} “{answer.words}”")
    with rig.app.store.read() as work:
        after = work.events.list_all(sender.attempt_id)
    if after != before:
        wrong.append(f"{len(after) - len(before)} events were stored after the end")
    return judge(rig, [sender], saw=f"{POSTS} posts after the end, nothing of them stored", wrong=wrong[:5])


ATTACK = Trial(
    name="after-the-end",
    fault="2,000 events posted after the submit, in the drill's own tab and another",
    try_once=post_after_the_end,
    part="integrity",
)
