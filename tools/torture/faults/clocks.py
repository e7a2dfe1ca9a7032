"""Faults of the clock: somebody sets it an hour on and back while a drill runs."""

import time

from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import describe_seen
from tools.torture.rig.server import Server
from tools.torture.rig.trial import judge

HOUR_S = 3600.0
STEPS_S = (HOUR_S, -HOUR_S, 0.0, -HOUR_S, HOUR_S, 0.0)
SHORT_STEPS_S = (HOUR_S, -HOUR_S, 0.0)
SLACK_MS = 1500.0
DRAIN_WITHIN_S = 60.0
PROGRAM = ("-m", "tools.torture.faults.stepped_clock")
AHEAD_FILE = "wall_ahead_s.txt"
"""Of the data folder: how far ahead the wall clock of `tools.torture.faults.stepped_clock` is, seconds."""


def step_clock(rig: Rig) -> Outcome:
    """Set the wall clock an hour ahead, an hour back and right again; the drill's time goes on as if nothing was."""
    with rig.open_apart() as apart:
        sender = apart.make_attempt()
        ahead = apart.data / AHEAD_FILE
        ahead.write_text("0")
        server = apart.use_server(Server(apart.data, apart.log, program=PROGRAM))
        sender.add(2)
        sender.drain(server.url, within_s=DRAIN_WITHIN_S)
        wrong: list[str] = []
        before = sender.read_state(server.url)
        read_at = time.monotonic()
        for step_s in SHORT_STEPS_S if rig.is_short else STEPS_S:
            part = ahead.with_suffix(".part")
            part.write_text(repr(step_s))
            part.replace(ahead)
            sender.add(3)
            sender.drain(server.url, within_s=DRAIN_WITHIN_S)
            state = sender.read_state(server.url)
            passed_ms, read_at = (time.monotonic() - read_at) * 1000.0, time.monotonic()
            if state.get("state") != "running":
                wrong.append(f"with the clock {step_s:+.0f} s the drill is {state.get('state', 'not there')}")
                break
            counted_ms = state["elapsed_ms"] - before["elapsed_ms"]
            if abs(counted_ms - passed_ms) > SLACK_MS:
                wrong.append(f"with the clock {step_s:+.0f} s the drill counted {counted_ms} ms for {passed_ms:.0f} ms")
            before = state
        saw = f"{describe_seen([sender])}; the time left goes on as before"
        return judge(apart, [sender], saw=saw, wrong=wrong)
