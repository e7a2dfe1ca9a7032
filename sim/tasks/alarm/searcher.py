"""Simulated searchers of an alarm: they go to the detector, judge the check, and follow the student on."""

from collections.abc import Sequence

import numpy as np

from sim.scoring.final_place import find_final_zone
from sim.scoring.screening_alarms import Verdict
from sim.tasks.alarm.judge import SCREENING_KEY, AlarmCase
from sim.tasks.common.aim import mark_clearest
from sim.tasks.common.mistakes import pick_other, pick_wrong_zone
from sim.tasks.common.search_step import SearchStep
from sim.tasks.common.simulated_user import SimulatedUser
from sim.tasks.common.skill import Skill
from sim.truth.events import Event


def find_alarm_leg(case: AlarmCase, alarm: Event) -> int | None:
    """Return the student's appearance that shows them longest from alarm to end of the check, None without one."""
    window = case.window

    def measure_s(leg: int) -> float:
        return float(min(window.last_s[leg], alarm.end_s) - max(window.first_s[leg], alarm.start_s))

    best = max(case.legs, key=measure_s, default=None)
    return best if best is not None and measure_s(best) >= 0 else None


def search_alarm(
    case: AlarmCase, alarm: Event, *, rng: np.random.Generator, skill: Skill, look_alikes: Sequence[str] = ()
) -> tuple[SearchStep, ...]:
    """Watch the check, mark who set the detector off, and follow them leg by leg to the last.

    `follow_share`: somebody near is marked. `miss_share`: the check is misjudged; at each later leg the student is
    lost, and the place where they were seen before is named. `place_share`: the last place is named right.
    """
    window, index = case.window, case.index
    user = SimulatedUser(rng=rng, skill=skill, site_s=window.window_s[0])
    user.begin()
    leg = find_alarm_leg(case, alarm)
    if leg is None:
        user.submit()
        return tuple(user.steps)
    user.stray(index.camera_ids, window, around_s=alarm.start_s)
    user.open_camera(index.appearances[leg].camera_id)
    user.watch(from_s=window.window_s[0], to_s=alarm.end_s)
    other = pick_other(window, leg, case.target, look_alikes, rng) if rng.random() < skill.follow_share else None
    user.mark(mark_clearest(window, leg if other is None else other), window)
    user.choose(SCREENING_KEY, _judge(case.check, rng, skill).value)
    zone, seen = find_final_zone(case), leg
    for later in (n for n in case.legs if window.first_s[n] > alarm.end_s):
        if rng.random() < skill.miss_share:
            zone = str(index.table.rows["zone"].iat[window.last_table_row[seen]])
            break
        seen = later
        user.stray(index.camera_ids, window, around_s=float(window.first_s[later]))
        user.open_camera(index.appearances[later].camera_id)
        user.watch(from_s=float(window.first_s[later]), to_s=float(window.last_s[later]))
    if zone is not None and rng.random() >= skill.place_share:
        zone = pick_wrong_zone(index, zone, rng)
    user.submit(final_zone=zone)
    return tuple(user.steps)


def _judge(right: Verdict, rng: np.random.Generator, skill: Skill) -> Verdict:
    if rng.random() >= skill.miss_share:
        return right
    wrong = [verdict for verdict in Verdict if verdict is not right]
    return wrong[int(rng.integers(len(wrong)))]
