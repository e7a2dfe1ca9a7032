"""A simulated team exercise: three people who share a trace slowly, as events of their browsers."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np

from sim.attempt.events import Event, EventKind
from sim.attempt.team_exercise import Role, list_roles
from sim.expert.run import Act, list_acts, number_acts
from sim.tasks import get_task_type
from sim.tasks.common.flaw import mark_clearest
from sim.tasks.common.simulated_user import PERFECT, SimulatedUser
from sim.tasks.common.task import Task
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow, cut_window

MEMBERS = 3
LATE_S = 25.0


def simulate_exercise(
    task: Task, index: TruthIndex, *, rng: np.random.Generator, limit_s: float
) -> Mapping[Role, tuple[Event, ...]]:
    """Return every member's events: viewer and map in turn, each taking over late."""
    window = cut_window(index, task.window_s)
    legs = window.find_target(task.person)
    roles = list_roles(MEMBERS)
    pace = int(rng.integers(2**32))
    tabs = {role: str(UUID(bytes=rng.bytes(16), version=4)) for role in roles}
    users = {role: _sit_down(pace, window) for role in roles}
    asks: dict[Role, list[Act]] = {role: [] for role in roles}
    asked_s = 0.0
    for number, leg in enumerate(legs):
        turn = (Role.VIEWER, Role.MAP)[number % 2]
        own = users[turn]
        own.at_s = max(own.at_s, asked_s + (LATE_S if number else 0.0))
        own.open_camera(index.appearances[leg].camera_id)
        own.watch(from_s=float(window.first_s[leg]), to_s=float(window.last_s[leg]))
        own.mark(mark_clearest(window, leg), window)
        asked_s = own.at_s
        if number + 1 < len(legs):
            following = legs[number + 1]
            asks[turn].append(
                _ask(number, index.appearances[following].camera_id, float(window.first_s[following]), asked_s)
            )
    answer = get_task_type(task.type).answer_perfectly(task, index)
    lead = users[Role.LEAD]
    lead.at_s = max(own.at_s for own in users.values())
    lead.submit(final_zone=answer.final_zone, not_on_camera=answer.not_on_camera)
    return {
        role: number_acts(list_acts(users[role].steps, index) + asks[role], tab_id=tabs[role], limit_s=limit_s)
        for role in roles
    }


def _sit_down(pace: int, window: TruthWindow) -> SimulatedUser:
    user = SimulatedUser(rng=np.random.default_rng(pace), skill=PERFECT, site_s=window.window_s[0])
    user.begin()
    return user


def _ask(number: int, camera_id: str, site_s: float, at_s: float) -> Act:
    payload = {"ask_id": f"ask-{number}", "camera_id": camera_id, "at_site_s": site_s, "to": None, "about": "look"}
    return (at_s, EventKind.ASK, payload)
