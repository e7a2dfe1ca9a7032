"""Trying every fault a number of times, or for a number of minutes."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from sim.errors import SimError
from tools.torture.rig.outcome import CannotTryError, Outcome
from tools.torture.rig.rig import Rig, open_rig
from tools.torture.rig.trial import Trial

FILLER_SHARE = 0.2
"""Of the time, kept for a trial that takes what is left; never more than it usually takes."""
MARGIN = 1.3
"""A try is taken to last that many times as long as those before it."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What all tries of one fault came to.

    Attributes:
        trial: the fault.
        wanted: how often it was to be tried.
        tries: how often it was tried.
        acknowledged, lost, doubled: events, over all tries.
        saw: what the user saw the last time.
        wrong: everything else that was wrong, each once.
        skipped: why it was not tried, "" where it was.
        seconds: how long all tries took.
    """

    trial: Trial
    wanted: int = 1
    tries: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    saw: str = ""
    wrong: list[str] = field(default_factory=list)
    skipped: str = ""
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nothing was lost, doubled or otherwise wrong."""
        return not (self.lost or self.doubled or self.wrong)

    @property
    def usual_s(self) -> float:
        """How long a try lasts, seconds: as it did here, or as is known of the trial."""
        return self.seconds / self.tries if self.tries else self.trial.usual_s

    def add(self, outcome: Outcome) -> None:
        """Count one try."""
        self.tries += 1
        self.acknowledged += outcome.acknowledged
        self.lost += outcome.lost
        self.doubled += outcome.doubled
        self.saw = outcome.saw or self.saw
        self.wrong += [each for each in outcome.wrong if each not in self.wrong]

    def describe(self) -> dict[str, object]:
        """Return it as plain JSON."""
        return {
            "name": self.trial.name,
            "fault": self.trial.fault,
            "wanted": self.wanted,
            "tries": self.tries,
            "acknowledged": self.acknowledged,
            "lost": self.lost,
            "doubled": self.doubled,
            "saw": self.saw,
            "wrong": self.wrong,
            "skipped": self.skipped,
            "seconds": round(self.seconds, 1),
        }


def run_trials(
    trials: Sequence[Trial],
    *,
    times: int,
    minutes: float | None,
    seed: int,
    is_short: bool,
    library: Path | None,
    description: Mapping[str, Any],
    on_step: Callable[[str], None],
) -> tuple[Tally, ...]:
    """Try each fault; return a tally each, in the order given.

    With `minutes` each is tried once, then whichever was tried least often is next, the cheapest of several; a try
    that would last longer than there is time is not begun again. Trials that mostly wait are tried beside the others
    then, on a server of their own, and the filler takes what is left. What was not reached has fewer tries than wanted.

    Args:
        trials: the faults.
        times: how often each is tried.
        minutes: how long all may take; None for as long as it takes.
        seed: of all chance.
        is_short: waits are cut to what shows the fault at all.
        library: folder with recordings and forms to drill on; None for the shipped ones.
        description: OpenAPI description of the routes.
        on_step: told what is tried.
    """
    tallies = tuple(Tally(trial=trial, wanted=min(times, trial.most_tries)) for trial in trials)
    until = None if minutes is None else time.monotonic() + minutes * 60.0
    make_rig = partial(open_rig, library=library, description=description, is_short=is_short, until=until)
    if until is None or minutes is None:
        with make_rig(seed=seed) as rig:
            for turn in range(times):
                for tally in tallies:
                    if not tally.skipped and turn < tally.wanted:
                        _try(tally, rig, on_step)
        return tallies
    beside = [tally for tally in tallies if tally.trial.is_waiting]
    fillers = [tally for tally in tallies if tally.trial.is_filler]
    others = [tally for tally in tallies if tally not in beside and tally not in fillers]
    with ThreadPoolExecutor(1) as pool, make_rig(seed=seed) as rig:
        waiting = pool.submit(_run_beside, beside, make_rig, seed=seed + 1, until=until, on_step=on_step)
        again_until = until - compute_kept_s(fillers, minutes=minutes)
        _run_until(others, rig, until=until, again_until=again_until, on_step=on_step)
        _run_until(fillers, rig, until=until, again_until=until, on_step=on_step)
        waiting.result()
    return tallies


def _run_beside(
    tallies: Sequence[Tally],
    make_rig: Callable[..., AbstractContextManager[Rig]],
    *,
    seed: int,
    until: float,
    on_step: Callable[[str], None],
) -> None:
    if tallies:
        with make_rig(seed=seed) as rig:
            _run_until(tallies, rig, until=until, again_until=until, on_step=on_step)


def _run_until(
    tallies: Sequence[Tally], rig: Rig, *, until: float, again_until: float, on_step: Callable[[str], None]
) -> None:
    while chosen := choose_next(tallies, now=time.monotonic(), until=until, again_until=again_until):
        _try(chosen, rig, on_step)


def choose_next(tallies: Sequence[Tally], *, now: float, until: float, again_until: float) -> Tally | None:
    """Return what was tried least often of what is wanted and fits in the time, the cheapest of several; None for none.

    Args:
        tallies: of the trials.
        now: time of the steady clock, seconds, as the two after it.
        until: nothing is tried for the first time after it.
        again_until: a try that is not the first has to end by then.
    """
    fitting = [
        tally
        for tally in tallies
        if tally.tries < tally.wanted
        and not tally.skipped
        and (now + MARGIN * tally.usual_s <= again_until if tally.tries else now < until)
    ]
    return min(fitting, key=lambda each: (each.tries, each.usual_s), default=None)


def compute_kept_s(fillers: Sequence[Tally], *, minutes: float) -> float:
    """Return how many seconds of a run are kept for its fillers: a share, and no more than they take."""
    return sum(min(FILLER_SHARE * minutes * 60.0, tally.trial.usual_s) for tally in fillers)


def _try(tally: Tally, rig: Rig, on_step: Callable[[str], None]) -> None:
    on_step(f"{tally.trial.name}, {tally.tries + 1} of {tally.wanted}")
    began = time.monotonic()
    said_before = len(rig.log.read_bytes()) if rig.log.exists() else 0
    try:
        tally.add(tally.trial.try_once(rig))
    except CannotTryError as error:
        tally.skipped = str(error)
    except SimError as error:
        tally.add(Outcome(saw="", wrong=(str(error),)))
    except Exception as error:  # what the others came to is not thrown away for it
        tally.add(Outcome(saw="", wrong=(f"the trial broke off: {error.__class__.__name__}: {str(error)[:300]}",)))
    said = rig.log.read_bytes()[said_before:] if rig.log.exists() else b""
    if b"Traceback (most recent call last)" in said:
        place = said.find(b"Traceback (most recent call last)")
        tally.add(Outcome(saw="", wrong=(f"the server's log: {said[place:].decode(errors='replace')[-600:]}",)))
        tally.tries -= 1
    tally.seconds += time.monotonic() - began
