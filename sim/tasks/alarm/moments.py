"""Moments of an alarm followed up."""

from sim.scoring.check_moments import describe_verdict
from sim.scoring.mark_moments import describe_last_mark
from sim.scoring.moments import Moment, sort_moments
from sim.scoring.person_in_frame import find_nearest
from sim.scoring.screening_alarms import read_verdict
from sim.scoring.trace_moments import list_place_moments
from sim.tasks.alarm.judge import SCREENING_KEY, AlarmCase, judge_verdict
from sim.truth.events import Event


def find_alarm_moments(case: AlarmCase, alarm: Event) -> tuple[Moment, ...]:
    """Return who was marked, the check when it was misjudged, and the last place when another one was named."""
    moments: list[Moment] = []
    student = find_nearest(case.window, case.legs, max(alarm.start_s, case.window.window_s[0]))
    if student is not None:
        moments.append(describe_last_mark(case, student))
    if not judge_verdict(case):
        given = read_verdict(case.answer.choices.get(SCREENING_KEY))
        moments.append(describe_verdict(case.index, alarm, given=given))
    return sort_moments((*moments, *list_place_moments(case)))
