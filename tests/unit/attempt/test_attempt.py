import pytest

from sim.attempt.arrivals import LEARNS_WITHIN_S
from sim.attempt.attempt import (
    ARRIVAL_GRACE_S,
    Attempt,
    AttemptState,
    abandon,
    begin,
    brief,
    compute_arrival_s,
    compute_elapsed_s,
    compute_remaining_s,
    is_counted,
    pause,
    resume,
    seal,
    submit,
    tick,
)
from sim.errors import AttemptError, PausedError
from tests.support.fake_clock import FakeClock

LIMIT_S = 300.0


def make_assigned(clock: FakeClock) -> Attempt:
    return Attempt(attempt_id="a1", state=AttemptState.ASSIGNED, limit_s=LIMIT_S, created_at=clock.read().wall)


def make_running(clock: FakeClock) -> Attempt:
    return begin(brief(make_assigned(clock), clock.read()), clock.read())


def test_goes_from_assigned_to_submitted_with_its_times() -> None:
    clock = FakeClock()
    with pytest.raises(AttemptError, match="cannot start: it is assigned"):
        begin(make_assigned(clock), clock.read())
    assert compute_remaining_s(make_assigned(clock), clock.read()) == LIMIT_S
    attempt = brief(make_assigned(clock), clock.pass_s(5))
    assert attempt.state is AttemptState.BRIEFED
    attempt = begin(attempt, clock.pass_s(20))
    assert attempt.state is AttemptState.RUNNING
    assert begin(attempt, clock.pass_s(10)) == brief(attempt, clock.read()) == attempt, "the clock is never set back"
    with pytest.raises(AttemptError, match="has not ended"):
        seal(attempt)
    attempt = submit(attempt, clock.pass_s(31.6), came_s=41.4, complete_s=41.5)
    assert (attempt.state, attempt.used_s, attempt.sealed) == (AttemptState.SUBMITTED, 41.5, True)
    assert (attempt.ended_at, compute_remaining_s(attempt, clock.read())) == (clock.read().wall, 0.0)


def test_times_out_exactly_at_the_limit_and_is_sealed_after_the_grace() -> None:
    clock = FakeClock()
    attempt = make_running(clock)
    assert tick(attempt, clock.pass_s(LIMIT_S - 0.001)).state is AttemptState.RUNNING
    ended = tick(attempt, clock.pass_s(0.001))
    assert (ended.state, ended.used_s) == (AttemptState.TIMED_OUT, LIMIT_S)
    assert not tick(ended, clock.pass_s(ARRIVAL_GRACE_S)).sealed
    assert tick(ended, clock.pass_s(0.01)).sealed


def test_a_submit_is_in_time_by_its_arrival_takes_the_limit_within_the_grace_and_is_refused_after_it() -> None:
    clock = FakeClock()
    attempt = tick(make_running(clock), clock.pass_s(301))
    ended = submit(attempt, clock.pass_s(3), came_s=304.0, complete_s=304.0)
    assert (ended.state, ended.used_s, ended.sealed) == (AttemptState.TIMED_OUT, 300.0, True)
    clock = FakeClock()
    attempt = tick(make_running(clock), clock.pass_s(302))
    ended = submit(attempt, clock.read(), came_s=299.0, complete_s=302.0)
    assert (ended.state, ended.used_s) == (AttemptState.SUBMITTED, 300.0)
    clock = FakeClock()
    attempt = make_running(clock)
    with pytest.raises(AttemptError, match="timed out"):
        submit(attempt, clock.pass_s(310.5), came_s=310.5, complete_s=310.5)
    clock = FakeClock()
    attempt = seal(tick(make_running(clock), clock.pass_s(301)))
    assert not is_counted(attempt, made_s=200.0, arrived_s=301.0)


def test_a_submit_that_was_here_before_the_limit_is_in_time_though_dealt_with_later() -> None:
    clock = FakeClock()
    received = clock.pass_s(299.5)
    attempt = tick(make_running(FakeClock()), clock.pass_s(1.5))
    assert attempt.state is AttemptState.TIMED_OUT
    came_s = compute_arrival_s(attempt, received)
    assert came_s == pytest.approx(299.5)
    ended = submit(attempt, clock.read(), came_s=came_s, complete_s=came_s)
    assert (ended.state, ended.used_s) == (AttemptState.SUBMITTED, pytest.approx(299.5))


def test_abandoning_ends_it_and_an_ended_attempt_stays() -> None:
    clock = FakeClock()
    gone = abandon(make_running(clock), clock.pass_s(20))
    assert (gone.state, gone.used_s, gone.sealed) == (AttemptState.ABANDONED, 20.0, True)
    assert abandon(gone, clock.pass_s(5)) == gone
    assert abandon(make_running(clock), clock.pass_s(400)).state is AttemptState.TIMED_OUT
    never = abandon(make_assigned(clock), clock.read())
    assert (never.state, never.used_s) == (AttemptState.ABANDONED, None)
    with pytest.raises(AttemptError, match="abandoned"):
        begin(never, clock.read())


def test_a_clock_that_is_stopped_stands_still_and_runs_on_from_there() -> None:
    clock = FakeClock()
    running = make_running(clock)
    stopped = pause(running, clock.pass_s(100))
    assert pause(stopped, clock.pass_s(500)) is stopped
    assert tick(stopped, clock.pass_s(10 * LIMIT_S)) is stopped
    assert (compute_elapsed_s(stopped, clock.read()), compute_remaining_s(stopped, clock.read())) == (100.0, 200.0)
    again = resume(stopped, clock.read())
    assert (again.paused_at, again.paused_s, compute_elapsed_s(again, clock.read())) == (None, 3500.0, 100.0)
    assert resume(again, clock.pass_s(5)) is again
    second = resume(pause(again, clock.pass_s(15)), clock.pass_s(60))
    assert (second.paused_s, compute_elapsed_s(second, clock.read())) == (3560.0, 120.0)
    ended = submit(second, clock.pass_s(30), came_s=150.0, complete_s=150.0)
    assert (ended.used_s, ended.paused_s, ended.paused_at) == (150.0, 3560.0, None)


def test_what_comes_while_a_clock_is_stopped_is_taken_at_the_moment_it_stood_still() -> None:
    clock = FakeClock()
    running = make_running(clock)
    before = clock.pass_s(99)
    stopped = pause(running, clock.pass_s(1))
    assert compute_arrival_s(stopped, before) == 99.0
    assert compute_arrival_s(stopped, clock.pass_s(40)) == 100.0
    assert is_counted(stopped, made_s=99.0, arrived_s=100.0)
    with pytest.raises(PausedError, match="your trainer has paused the drill"):
        submit(stopped, clock.read(), came_s=100.0, complete_s=100.0)
    known = pause(running, clock.read())
    assert submit(known, clock.pass_s(LEARNS_WITHIN_S), came_s=140.0, complete_s=140.0).used_s == 140.0


def test_only_a_clock_that_runs_can_be_stopped_and_giving_up_ends_the_pause() -> None:
    clock = FakeClock()
    assert pause(make_assigned(clock), clock.read()).paused_at is None
    timed_out = pause(make_running(clock), clock.pass_s(LIMIT_S))
    assert (timed_out.state, timed_out.paused_at) == (AttemptState.TIMED_OUT, None)
    given_up = abandon(pause(make_running(clock), clock.pass_s(20)), clock.pass_s(90))
    assert (given_up.state, given_up.used_s, given_up.paused_at, given_up.paused_s) == (
        AttemptState.ABANDONED,
        20.0,
        None,
        90.0,
    )
