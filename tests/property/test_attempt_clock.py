"""Whatever happens to the clocks, an attempt's time only goes forward, and its end is final."""

from hypothesis import given
from hypothesis import strategies as st

from sim.attempt import attempt as timing
from sim.errors import AttemptError
from tests.support.fake_clock import FakeClock

LIMIT_S = 100.0
PASS = st.tuples(st.just("pass"), st.floats(0.0, 60.0))
SET_WALL = st.tuples(st.just("set"), st.floats(-1e6, 1e6))
RESTART = st.tuples(st.just("restart"), st.floats(0.0, 30.0))
STEP = st.tuples(st.sampled_from(["brief", "begin", "tick", "submit", "abandon", "seal"]), st.floats(0.0, 200.0))


def do(attempt: timing.Attempt, clock: FakeClock, act: str, value: float) -> timing.Attempt:
    now = clock.read()
    try:
        match act:
            case "brief":
                return timing.brief(attempt, now)
            case "begin":
                return timing.begin(attempt, now)
            case "submit":
                return timing.submit(attempt, now, came_s=value, complete_s=value)
            case "abandon":
                return timing.abandon(attempt, now)
            case "seal":
                return timing.seal(attempt)
            case _:
                return timing.tick(attempt, now)
    except AttemptError:
        return attempt


def move(clock: FakeClock, act: str, value: float, run: int) -> bool:
    if act == "pass":
        clock.pass_s(value)
    elif act == "set":
        clock.set_wall(value)
    elif act == "restart":
        clock.pass_s(value)
        clock.restart(epoch=f"run-{run}")
    else:
        return False
    return True


@given(st.lists(st.one_of(PASS, SET_WALL, RESTART, STEP, STEP), max_size=40))
def test_time_goes_forward_and_the_end_is_final(acts: list[tuple[str, float]]) -> None:
    clock = FakeClock()
    attempt = timing.Attempt(
        attempt_id="a", state=timing.AttemptState.ASSIGNED, limit_s=LIMIT_S, created_at=clock.read().wall
    )
    for run, (act, value) in enumerate(acts):
        before, marked_s = attempt, attempt.mark.elapsed_s if attempt.mark else 0.0
        if not move(clock, act, value, run):
            attempt = do(attempt, clock, act, value)
        now = clock.read()
        assert timing.compute_elapsed_s(attempt, now) >= marked_s
        assert 0.0 <= timing.compute_remaining_s(attempt, now) <= LIMIT_S
        if before.state in timing.ENDED:
            late_submit = before.state is timing.AttemptState.TIMED_OUT and not before.sealed
            assert attempt.state is before.state or (late_submit and attempt.state is timing.AttemptState.SUBMITTED)
        if before.sealed:
            assert attempt == before
        if attempt.used_s is not None:
            assert 0.0 <= attempt.used_s <= LIMIT_S
        if attempt.state is timing.AttemptState.RUNNING and attempt.mark is not None:
            assert attempt.mark.elapsed_s < LIMIT_S


@given(t_client_s=st.floats(0.0, 400.0), late_s=st.floats(0.0, 60.0))
def test_what_was_made_after_the_limit_never_counts(t_client_s: float, late_s: float) -> None:
    clock = FakeClock()
    attempt = timing.Attempt(
        attempt_id="a", state=timing.AttemptState.ASSIGNED, limit_s=LIMIT_S, created_at=clock.read().wall
    )
    attempt = timing.begin(timing.brief(attempt, clock.read()), clock.read())
    arrived_s = t_client_s + late_s
    clock.steady_s += arrived_s
    attempt = timing.tick(attempt, clock.read())
    counts = timing.is_counted(attempt, made_s=t_client_s, arrived_s=arrived_s)
    if t_client_s > LIMIT_S or arrived_s > LIMIT_S + timing.ARRIVAL_GRACE_S + 1e-6:
        assert not counts
    elif arrived_s < LIMIT_S + timing.ARRIVAL_GRACE_S - 1e-6:
        assert counts
