"""The steps of the familiarization drill, found again in its log."""

import re
from pathlib import Path

from sim.drill.guide_steps import FAR_S, STEPS, StepsDone, count_steps, list_steps
from sim.drill.profile import ProfileName
from tests.support.guide_log import WHOLE_GUIDE

SCRIPT = Path("sim/ui/console/js/guide_steps.js")


def test_the_steps_are_those_of_the_console() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert re.findall(r'\{ name: "(\w+)"', text) == list(STEPS)
    assert f"FAR_S = {FAR_S:g};" in text


def test_a_whole_log_does_every_step_and_a_submit_alone_one() -> None:
    assert count_steps(WHOLE_GUIDE, profile=ProfileName.CLASSIC) == StepsDone(done=18, of=18)
    assert count_steps(WHOLE_GUIDE, profile=ProfileName.CLASSIC).is_whole
    for left_out in range(len(WHOLE_GUIDE)):
        log = WHOLE_GUIDE[:left_out] + WHOLE_GUIDE[left_out + 1 :]
        assert not count_steps(log, profile=ProfileName.CLASSIC).is_whole, WHOLE_GUIDE[left_out]
    assert count_steps(WHOLE_GUIDE[-1:], profile=ProfileName.CLASSIC) == StepsDone(done=1, of=18)


def test_a_console_without_a_plan_has_no_step_for_it() -> None:
    assert "plan" not in list_steps(ProfileName.MINIMAL)
    assert count_steps(WHOLE_GUIDE, profile=ProfileName.MINIMAL).is_whole
