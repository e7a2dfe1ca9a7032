"""The pass rule of each task type in words, as the briefing tells it. The numbers are those that are judged by."""

from collections.abc import Mapping
from types import MappingProxyType

from sim.scoring.score_card import PASS_LEG_RECALL
from sim.tasks.encounter import judge as meeting
from sim.tasks.event import judge as happening
from sim.tasks.export import judge as export_answer
from sim.tasks.locate import judge as locating
from sim.tasks.pull_up.judge import PASS_SHARE
from sim.tasks.screening.judge import PASS_FALSE_ALARM_RATE, PASS_HIT_RATE

_ABSENT = "If the student doesn't appear on any camera: say so, and mark no one."
_APPEARANCES = f"at least {PASS_LEG_RECALL:.0%} of appearances (glimpses don't count), no one else"

PASS_RULES: Mapping[str, str] = MappingProxyType(
    {
        "trace": f"Pass: {_APPEARANCES}, last location correct, in time. {_ABSENT}",
        "locate": (
            f"Pass: your mark is on the student, within {locating.NEAR_S:.0f} seconds of their last sighting, location "
            f"correct, in time. {_ABSENT}"
        ),
        "origin": f"Pass: {_APPEARANCES}, entrance correct, in time. {_ABSENT}",
        "encounter": (
            f"Pass: your mark is on the other person, within {meeting.NEAR_S:.0f} seconds of the moment, in time."
        ),
        "event": (
            f"Pass: a camera that shows it, within {happening.NEAR_S:.0f} seconds, the correct spot in the picture, "
            "in time."
        ),
        "alarm": "Pass: the correct student, the correct answer about the check, last location correct, in time.",
        "screening": (
            f"Pass: at least {PASS_HIT_RATE:.0%} of incomplete checks caught, at most {PASS_FALSE_ALARM_RATE:.0%} "
            "false alarms, every alarm decided, in time."
        ),
        "pull-up": f"Pass: a camera that shows the location for at least {PASS_SHARE:.0%} of the calls, in time.",
        "export": (
            f"Pass: every appearance cut (glimpses don't count), clips match them by at least "
            f"{export_answer.PASS_MEAN_IOU:.0%} on average, at most {export_answer.PASS_OUTSIDE_SHARE:.0%} of the "
            "footage cut is without the student, every question about the export answered, in time."
        ),
        "setup": (
            "Pass: exactly the cameras of the route, in walking order, and, where you are asked for a faulty camera, "
            "the correct one, in time."
        ),
    }
)
