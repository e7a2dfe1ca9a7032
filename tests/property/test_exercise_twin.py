"""The measures of an exercise against a slow twin that looks fifty times a second."""

from dataclasses import asdict
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.scoring.case import make_trace_case
from sim.scoring.evidence import Answer
from sim.scoring.team_exercise.evidence import ExerciseCase, MemberScreens, Request, Screen
from sim.scoring.team_exercise.registry import compute_exercise_measures
from sim.truth.index import make_truth_index
from tests.support.slow_exercise import TICK_S, measure_slowly
from tests.support.trace_tables import make_worked_table

END_S = 8.0
CAMERAS = st.sampled_from(["CAM-01", "CAM-02"])
SITE = st.integers(0, 60).map(float)
ASKED = st.integers(0, 60).map(lambda t_s: t_s + 0.25)
"""Never exactly 10 s from a site time on screen at a whole second: whether a touch counts is not what is tested."""
INDEX = make_truth_index(make_worked_table())


@st.composite
def screens_of_one(draw: st.DrawFn) -> tuple[Screen, ...]:
    cuts = sorted(draw(st.sets(st.integers(0, 16), min_size=2, max_size=5)))
    return tuple(
        Screen(
            camera_id=draw(CAMERAS),
            from_s=low / 2,
            to_s=high / 2,
            site_from_s=(start := draw(SITE)),
            site_to_s=start + draw(st.sampled_from([0.0, 1.0, 4.0, -2.0])) * (high - low),
        )
        for low, high in pairwise(cuts)
        if draw(st.booleans())
    )


requests = st.builds(
    Request, asker=st.sampled_from(["lead", "viewer"]), camera_id=CAMERAS, site_s=ASKED,
    asked_s=st.integers(0, 7).map(float),
)  # fmt: skip


def make_screen(from_s: float, to_s: float, *, site_from_s: float, site_to_s: float) -> Screen:
    return Screen(camera_id="CAM-01", from_s=from_s, to_s=to_s, site_from_s=site_from_s, site_to_s=site_to_s)


TEN_SECONDS_APART = [
    (make_screen(0.0, 5.0, site_from_s=40.0, site_to_s=20.0),),
    (make_screen(2.5, 4.5, site_from_s=40.0, site_to_s=32.0),),
]


@settings(max_examples=30)
@example(TEN_SECONDS_APART, [])
@given(st.lists(screens_of_one(), min_size=2, max_size=3), st.lists(requests, max_size=3))
def test_exact_measures_are_those_of_looking_fifty_times_a_second(
    members: list[tuple[Screen, ...]], asked: list[Request]
) -> None:
    roles = ("lead", "viewer", "map")
    case = ExerciseCase(
        trace=make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=Answer()),
        members=tuple(MemberScreens(role=role, screens=own) for role, own in zip(roles, members, strict=False)),
        requests=tuple(asked),
    )
    exact = compute_exercise_measures(case)
    slow = measure_slowly(
        {member.role: [asdict(screen) for screen in member.screens] for member in case.members},
        legs=[("CAM-01", 0.0, 9.9), ("CAM-02", 15.0, 24.9), ("CAM-01", 30.0, 39.9)],
        requests=[(r.asker, r.camera_id, r.site_s, r.asked_s) for r in asked],
        end_s=END_S,
    )
    viewed = sum(s.to_s - s.from_s for own in members for s in own)
    slack = {
        "exercise_coverage": 1e-3,
        "exercise_duplicated": 40 * TICK_S / max(viewed, TICK_S),
        "exercise_hand_off_delay": 2 * TICK_S,
        "exercise_hand_offs_met": 1e-9,
    }
    for key, most in slack.items():
        one, other = exact[key], slow[key]
        assert (one is None) == (other is None), (key, one, other)
        assert one is None or other is None or abs(float(one) - other) <= most, (key, one, other)
