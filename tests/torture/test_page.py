"""Tallies, the page that is written of them, and what is tried when time is short."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tools.torture.page import write_page
from tools.torture.registry import TRIALS
from tools.torture.rig.outcome import CannotTryError, Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.trial import Trial
from tools.torture.run import Tally, choose_next, compute_kept_s, run_trials

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_losses_and_what_was_left_out_are_said() -> None:
    tally = Tally(trial=TRIALS[0], wanted=2)
    tally.add(Outcome(saw="200 saved", acknowledged=7, lost=1))
    tally.add(Outcome(saw="503 | later", acknowledged=3, wrong=("odd",)))
    skipped = Tally(trial=TRIALS[1], skipped="no such disk here")
    fewer, unreached = Tally(trial=TRIALS[2], wanted=20), Tally(trial=TRIALS[3], wanted=20)
    fewer.add(Outcome(saw="all well"))
    page = write_page([tally, skipped, fewer, unreached], command="python -m tools.torture", took_s=90.0, at=NOON)
    assert "One run of `python -m tools.torture`" in page and "1.5 minutes" in page
    assert "3 tries, 10 events acknowledged, **1 lost, 0 doubled**" in page
    assert "**WRONG: odd** 503 \\| later" in page
    assert "not tried here: no such disk here" in page
    assert TRIALS[5].name in page.split("Not tried in this run: ")[1].splitlines()[0]
    assert f"| {TRIALS[2].fault} | 1 of 20 |" in page
    assert f"| {TRIALS[3].fault} | 0 of 20 | – | – | – | not reached in the time given |" in page
    assert f"Not reached in the time: {TRIALS[3].name}." in page
    assert "Every fault was tried" not in page


def make_trial(name: str, try_once: Callable[[Rig], Outcome], *, waits: bool = False, fills: bool = False) -> Trial:
    return Trial(name=name, fault=name, try_once=try_once, is_waiting=waits, is_filler=fills)


def test_minutes_try_everything_once_the_least_tried_next_and_end_in_time() -> None:
    ended: list[str] = []

    def last(name: str, seconds: float) -> Callable[[Rig], Outcome]:
        def try_once(_: Rig) -> Outcome:
            time.sleep(seconds)
            ended.append(name)
            return Outcome(saw="well")

        return try_once

    def fill(rig: Rig) -> Outcome:
        assert rig.until is not None
        time.sleep(max(0.0, rig.until - time.monotonic()))
        ended.append("filler")
        return Outcome(saw="well")

    def break_off(_: Rig) -> Outcome:
        raise ValueError("a fault of the trial")

    def refuse(_: Rig) -> Outcome:
        raise CannotTryError("not on this machine")

    trials = (
        make_trial("filler", fill, fills=True),
        make_trial("dear", last("dear", 0.4)),
        make_trial("cheap", last("cheap", 0.0)),
        make_trial("waits", last("waits", 0.7), waits=True),
        make_trial("broken", break_off),
        make_trial("refused", refuse),
    )
    began = time.monotonic()
    tallies = run_trials(
        trials,
        times=4,
        minutes=0.025,
        seed=1,
        is_short=True,
        library=None,
        description={},
        on_step=lambda _: None,
    )
    assert time.monotonic() - began < 3.0
    tries = {tally.trial.name: tally.tries for tally in tallies}
    assert [tally.trial.name for tally in tallies] == [trial.name for trial in trials]
    assert (tries["cheap"], tries["filler"], tries["refused"]) == (4, 1, 0)
    assert 1 <= tries["dear"] < 4 and 1 <= tries["waits"] < 4
    assert ended.index("filler") > ended.index("cheap")
    broken = next(tally for tally in tallies if tally.trial.name == "broken")
    assert "the trial broke off: ValueError: a fault of the trial" in broken.wrong


def make_tally(name: str, *, tries: int, each_s: float, wanted: int = 5, skipped: str = "") -> Tally:
    trial = make_trial(name, lambda _: Outcome(saw=""))
    return Tally(trial=trial, wanted=wanted, tries=tries, seconds=tries * each_s, skipped=skipped)


def test_the_least_tried_that_fits_is_next_and_the_cheapest_of_several() -> None:
    def choose(*tallies: Tally, now: float = 0.0) -> str | None:
        chosen = choose_next(tallies, now=now, until=100.0, again_until=80.0)
        return chosen.trial.name if chosen else None

    often, seldom = make_tally("often", tries=3, each_s=1.0), make_tally("seldom", tries=2, each_s=40.0)
    cheap, dear = make_tally("cheap", tries=2, each_s=4.0), make_tally("dear", tries=2, each_s=9.0)
    new = make_tally("new", tries=0, each_s=0.0)
    done = make_tally("done", tries=1, each_s=1.0, wanted=1)
    skipped = make_tally("skipped", tries=0, each_s=0.0, skipped="no such disk")
    assert choose(often, seldom) == "seldom"
    assert choose(often, seldom, now=40.0) == "often"
    assert choose(dear, cheap, often) == "cheap"
    assert choose(dear, cheap, new) == "new"
    assert choose(often, new, now=90.0) == "new"
    assert choose(often, new, now=100.0) is None
    assert choose(done, skipped) is None


@pytest.mark.parametrize(("minutes", "kept_s"), [(3.0, 36.0), (100.0, 360.0)])
def test_no_more_is_kept_for_the_fuzzer_than_it_takes(minutes: float, kept_s: float) -> None:
    fillers = [Tally(trial=trial) for trial in TRIALS if trial.is_filler]
    assert compute_kept_s(fillers, minutes=minutes) == pytest.approx(kept_s)
