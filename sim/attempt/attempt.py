"""The timed attempt as a state machine: assigned -> briefed -> running -> submitted | timed out | abandoned.

Pure: the present moment is an argument. The server's clocks decide start, limit and end. Elapsed time is counted by
the steady clock while one server process runs, and by the wall clock only across a restart, so setting the wall clock
neither gives nor takes time; the largest elapsed time ever seen is kept and never falls. See docs/decisions.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sim.attempt.arrivals import Pause, Pauses
from sim.errors import AttemptError, PausedError

TOLD_SLACK_S = 1e-6
ARRIVAL_GRACE_S = 10.0
"""How long after the limit an event that was made inside the limit may still arrive and count, seconds."""
NO_SUBMIT = "nothing can be submitted now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instant:
    wall: datetime  # UTC, with zone. It may step when somebody sets the clock.
    steady_s: float  # seconds of a monotonic clock; only differences within one `epoch` mean anything
    # names the run of the monotonic clock (from the start of a machine, or of one server process), so that readings of
    # two runs are never subtracted
    epoch: str

    def __post_init__(self) -> None:
        if self.wall.tzinfo is None:
            raise ValueError("an instant needs a wall time with its zone")


class Clock(Protocol):
    def read(self) -> Instant: ...


class AttemptState(StrEnum):
    ASSIGNED = "assigned"
    BRIEFED = "briefed"
    RUNNING = "running"
    SUBMITTED = "submitted"
    TIMED_OUT = "timed_out"
    ABANDONED = "abandoned"


class Mode(StrEnum):
    """Practice is the trainee's own; an assessment is kept in the record; familiarization is never scored.

    An exercise attempt is one member's part of a team exercise: the team has a score, the part has none.
    """

    PRACTICE = "practice"
    ASSESSMENT = "assessment"
    FAMILIARIZATION = "familiarization"
    TEAM_EXERCISE = "exercise"


class Phase(StrEnum):
    BEFORE = "before"
    AFTER = "after"
    RETENTION = "retention"


UNSCORED = frozenset({Mode.FAMILIARIZATION, Mode.TEAM_EXERCISE})
"""Modes whose attempts have no score of their own: in no list of results, comparison or export of one person."""

ENDED = frozenset({AttemptState.SUBMITTED, AttemptState.TIMED_OUT, AttemptState.ABANDONED})
RELEASED = frozenset({AttemptState.RUNNING, AttemptState.SUBMITTED, AttemptState.TIMED_OUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class ElapsedMark:
    """How much time had passed at one reading of the clocks."""

    at: Instant
    elapsed_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """The timing of one person's run at a drill."""

    attempt_id: str  # unguessable
    state: AttemptState  # where it stands
    limit_s: float  # time limit, seconds from release
    created_at: datetime  # UTC
    # briefed_at, released_at, ended_at: UTC, None until it happened
    briefed_at: datetime | None = None
    released_at: datetime | None = None
    ended_at: datetime | None = None
    mark: ElapsedMark | None = None  # the latest known elapsed time; None before release
    # release to submit, or the limit; None before the end and for abandoned attempts never released
    used_s: float | None = None
    sealed: bool = False  # nothing that arrives from now on counts
    paused_at: datetime | None = None  # since when its trainer has stopped its clock, UTC; None while that runs
    paused_s: float = 0.0  # for how long it has been stopped so far, seconds; no part of any time above
    ended_pauses: tuple[Pause, ...] = ()  # those stops, one by one

    @property
    def pauses(self) -> Pauses:
        """All times in which its clock has been stopped, with the one that it is stopped in now."""
        is_open = self.paused_at is not None and self.mark is not None
        return Pauses(ended=self.ended_pauses, open_at_s=self.mark.elapsed_s if is_open and self.mark else None)


class Standing(StrEnum):
    NOT_BEGUN = "not begun"
    RUNNING = "running"
    PAUSED = "paused"
    OVER = "over"


def compute_elapsed_s(attempt: Attempt, now: Instant) -> float:
    """Seconds since release, counting on after the end; 0 before release, standing still while its clock is stopped.

    Never less than any value marked before.
    """
    if attempt.mark is None:
        return 0.0
    return attempt.mark.elapsed_s + (0.0 if attempt.paused_at is not None else _count_s(attempt.mark.at, now))


def _count_s(since: Instant, now: Instant) -> float:
    same_run = since.epoch == now.epoch
    return max(0.0, now.steady_s - since.steady_s if same_run else (now.wall - since.wall).total_seconds())


def compute_real_s(attempt: Attempt, at: Instant) -> float:
    """Seconds since release with the time that its clock was stopped, see `sim.attempt.arrivals`; 0 before release.

    Unlike the elapsed time it may lie before the mark: of something that came in before others were dealt with.
    """
    if attempt.mark is None:
        return 0.0
    mark = attempt.mark
    since_s = at.steady_s - mark.at.steady_s if mark.at.epoch == at.epoch else _count_s(mark.at, at)
    return max(0.0, mark.elapsed_s + attempt.paused_s + since_s)


def find_standing(attempt: Attempt, at: Instant) -> Standing:
    """Return whether an attempt may be worked at, at a moment: everything that a running drill may do asks this.

    In the first seconds of a pause it may (`arrivals.LEARNS_WITHIN_S`): its console does not know of it yet.
    """
    state = tick(attempt, at).state
    if state in ENDED:
        return Standing.OVER
    if state is not AttemptState.RUNNING:
        return Standing.NOT_BEGUN
    return Standing.PAUSED if attempt.pauses.is_in(compute_real_s(attempt, at)) else Standing.RUNNING


def make_paused(closed: str) -> PausedError:
    """Return the refusal of something in a pause; `closed` as of `require_running`."""
    return PausedError(f"{closed}: your trainer has paused the drill", todo="wait until it continues")


def require_running(attempt: Attempt, at: Instant, *, closed: str) -> None:
    """Refuse what only a running attempt may do; `closed` says what is not done, as "no mark can be made".

    Raises:
        PausedError: its trainer has stopped its clock.
        AttemptError: it has not begun, or is over.
    """
    standing = find_standing(attempt, at)
    if standing is Standing.PAUSED:
        raise make_paused(closed)
    if standing is not Standing.RUNNING:
        state = tick(attempt, at).state.replace("_", " ")
        raise AttemptError(f"{closed}: the attempt is {state}", expected="a running attempt", todo="reload the page")


def compute_remaining_s(attempt: Attempt, now: Instant) -> float:
    """Seconds left, 0 when the attempt has ended, the limit before release."""
    if attempt.state in ENDED:
        return 0.0
    return max(0.0, attempt.limit_s - compute_elapsed_s(attempt, now))


def brief(attempt: Attempt, now: Instant) -> Attempt:
    """The briefing was shown. Shown again later, nothing changes."""
    if attempt.state is not AttemptState.ASSIGNED:
        return attempt
    return replace(attempt, state=AttemptState.BRIEFED, briefed_at=now.wall)


def begin(attempt: Attempt, now: Instant) -> Attempt:
    """Release: the clock runs from here. A second call changes nothing and never sets the clock back.

    Raises:
        AttemptError: the briefing was not shown yet, or the attempt was abandoned.
    """
    if attempt.state in RELEASED:
        return attempt
    if attempt.state is not AttemptState.BRIEFED:
        raise AttemptError(
            f"the attempt cannot start: it is {attempt.state.replace('_', ' ')}",
            expected="an attempt whose briefing was read",
            todo="open the briefing, or start a new drill",
        )
    mark = ElapsedMark(at=now, elapsed_s=0.0)
    return replace(attempt, state=AttemptState.RUNNING, released_at=now.wall, mark=mark)


def tick(attempt: Attempt, now: Instant) -> Attempt:
    """Bring the attempt up to the present: mark the elapsed time, end it at the limit, seal it after the grace."""
    if attempt.state not in RELEASED or attempt.sealed or attempt.paused_at is not None:
        return attempt
    elapsed_s = compute_elapsed_s(attempt, now)
    attempt = replace(attempt, mark=ElapsedMark(at=now, elapsed_s=elapsed_s))
    if attempt.state is AttemptState.RUNNING and elapsed_s >= attempt.limit_s:
        attempt = replace(attempt, state=AttemptState.TIMED_OUT, ended_at=now.wall, used_s=attempt.limit_s)
    if attempt.state is AttemptState.TIMED_OUT and elapsed_s > attempt.limit_s + ARRIVAL_GRACE_S:
        attempt = seal(attempt)
    return attempt


def pause(attempt: Attempt, now: Instant) -> Attempt:
    """Stop the clock, as for a fire alarm. An attempt that does not run, or stands still already, stays as it is."""
    attempt = tick(attempt, now)
    if attempt.state is not AttemptState.RUNNING or attempt.paused_at is not None:
        return attempt
    return replace(attempt, paused_at=now.wall)


def resume(attempt: Attempt, now: Instant) -> Attempt:
    """Let a clock that was stopped run on from where it stood; one that runs stays as it is."""
    if attempt.paused_at is None or attempt.mark is None:
        return attempt
    stood_s = _count_s(attempt.mark.at, now)
    mark = ElapsedMark(at=now, elapsed_s=attempt.mark.elapsed_s)
    return replace(
        attempt,
        paused_at=None,
        paused_s=attempt.paused_s + stood_s,
        ended_pauses=(*attempt.ended_pauses, Pause(at_s=mark.elapsed_s, stood_s=stood_s)),
        mark=mark,
    )


def is_counted(attempt: Attempt, *, made_s: float, arrived_s: float) -> bool:
    """Whether an event made at `made_s`, as bounded by the server, and arriving at `arrived_s` counts.

    `attempt` is as `tick` left it when the event is dealt with. It counts while the attempt runs; after the limit only
    when it was made inside the limit, arrives within the grace, and nobody has seen the result yet.
    """
    if attempt.state is AttemptState.RUNNING:
        return made_s <= attempt.limit_s
    if attempt.state is AttemptState.TIMED_OUT and not attempt.sealed:
        return made_s <= attempt.limit_s and arrived_s <= attempt.limit_s + ARRIVAL_GRACE_S
    return False


def submit(
    attempt: Attempt, now: Instant, *, came_s: float, complete_s: float, received: Instant | None = None
) -> Attempt:
    """End the attempt by the trainee's own act. Times are seconds since release by the server's clock.

    In time is what the server had before the limit; what it took is then the time at which the log was complete. A
    submit that arrives within the grace after the limit ends the attempt too and its answer counts, but it is not in
    time, whatever the browser says: the attempt stays timed out and took the limit. A pause that its console knows of
    is not ended by it.

    Args:
        attempt: as it was before.
        now: the present.
        came_s: when the submit arrived.
        complete_s: when everything that its tab had sent before it was there, too.
        received: when what completes it was there, before it waited for its turn; None for the present.

    Raises:
        PausedError: it came while the clock was stopped.
        AttemptError: it does not run, or the submit comes too late.
    """
    if find_standing(attempt, received or now) is Standing.PAUSED:
        raise make_paused(NO_SUBMIT)
    attempt = tick(resume(attempt, now), now)
    is_open = attempt.state is AttemptState.RUNNING or (attempt.state is AttemptState.TIMED_OUT and not attempt.sealed)
    if not is_open or came_s > attempt.limit_s + ARRIVAL_GRACE_S:
        raise AttemptError(
            f"the attempt cannot be submitted: it is {attempt.state.replace('_', ' ')}",
            expected="a running attempt inside its limit",
            todo="open its debrief",
        )
    if came_s > attempt.limit_s:
        return seal(attempt)
    used_s = min(max(came_s, complete_s), attempt.limit_s)
    return replace(attempt, state=AttemptState.SUBMITTED, ended_at=now.wall, used_s=used_s, sealed=True)


def abandon(attempt: Attempt, now: Instant) -> Attempt:
    """Give the attempt up. An attempt that has ended stays as it is."""
    attempt = tick(resume(attempt, now), now)
    if attempt.state in ENDED:
        return attempt
    used_s = min(compute_elapsed_s(attempt, now), attempt.limit_s) if attempt.mark is not None else None
    return replace(attempt, state=AttemptState.ABANDONED, ended_at=now.wall, used_s=used_s, sealed=True)


def seal(attempt: Attempt) -> Attempt:
    """Close the log of an ended attempt, as when its result is shown: nothing that arrives later counts.

    Raises:
        AttemptError: it has not ended.
    """
    if attempt.state not in ENDED:
        raise AttemptError("the attempt has not ended", todo="submit it, or wait for the limit")
    return replace(attempt, sealed=True)


def compute_usual_limit_s(attempt: Attempt, extra_time: float) -> float:
    """Return the time limit of a drill for anyone without extended time, seconds; `extra_time` is the factor on it."""
    return attempt.limit_s / extra_time


def find_told_s(attempt: Attempt, extra_time: float) -> float | None:
    """Return the seconds from release to the end that may be told; None where none may, or before the end.

    A time inside the usual limit is told. Who ran out of time has none, whatever their limit was: a longer one than the
    usual would show who is entitled to extended time. Nor has who submitted after the usual limit, inside their own.

    A limit of 480 s, 1.5 times: submitted after 479 s gives 479; after 481 s, or not before 720 s, None.
    """
    if attempt.used_s is None or attempt.state is AttemptState.TIMED_OUT:
        return None
    return attempt.used_s if attempt.used_s <= compute_usual_limit_s(attempt, extra_time) + TOLD_SLACK_S else None
