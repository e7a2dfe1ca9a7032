"""Teams of which an opponent would make a wrong "improved", drawn as attempts."""

from dataclasses import dataclass, replace

import numpy as np

from tools.validity.attempt_arrays import LIMIT_S, AttemptArrays, BoolArray, FloatArray, IntArray, name_person
from tools.validity.nature import Nature, draw_attempts

QUARTER = 4
GIVEN_UP = 0.20
TEN_TIMES = 10.0
LOOKS = 7
MINUTE_S = 60.0
WHO_LEAVES = 2
"""Of every `WHO_LEAVES` + 1 people who began one leaves."""
TRAINED = "trained by lot"
WAITING = "waiting by lot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """What is handed to a comparison."""

    tables: tuple[AttemptArrays, ...]  # looked at one after another until one is called improved; nearly always one
    chosen: tuple[str, ...] = ()  # ids asked for by hand, as with `compare --person`; empty for everybody


def draw_plain(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team with nothing odd but what `nature` says."""
    return Drawn(tables=(draw_attempts(nature, rng),))


def draw_not_numbered(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team of whose drills nobody wrote down the order."""
    return Drawn(tables=(replace(draw_attempts(nature, rng), is_numbered=False),))


def draw_to_the_minute(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team whose times were written down in whole minutes, begun ones counted."""
    drawn = draw_attempts(nature, rng)
    minutes = np.asarray(np.ceil(drawn.elapsed_s / MINUTE_S), dtype=np.float64)
    return Drawn(tables=(replace(drawn, elapsed_s=MINUTE_S * minutes),))


def draw_outlier(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team in which one person is ten times faster after."""
    drawn = draw_attempts(nature, rng)
    mine = (drawn.person == 0) & drawn.is_after
    # a drill that timed out would have taken the limit at least
    faster = np.asarray(np.where(mine, drawn.elapsed_s / TEN_TIMES, drawn.elapsed_s), dtype=np.float64)
    return Drawn(tables=(replace(drawn, elapsed_s=faster, finished=drawn.finished | mine),))


def draw_slowest_quarter(nature: Nature, rng: np.random.Generator, *, chosen_by: str) -> Drawn:
    """Return the slowest quarter of four times as many people, by the drills before that are compared."""
    everyone = draw_attempts(replace(nature, people=QUARTER * nature.people), rng)
    slowness = _mean_log(everyone, ~everyone.is_after)
    slowest = np.argsort(-slowness, kind="stable")[: nature.people]
    drawn = everyone.pick(np.isin(everyone.person, slowest))
    return Drawn(tables=(drawn.with_column("chosen_by", chosen_by),))


def draw_slow_leave(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team that lost the third of its people who were slowest after: of them only drills before are there."""
    began = nature.people * (WHO_LEAVES + 1) // WHO_LEAVES
    everyone = draw_attempts(replace(nature, people=began), rng)
    leave = np.argsort(-_mean_log(everyone, everyone.is_after), kind="stable")[: began - nature.people]
    return Drawn(tables=(everyone.pick(~(everyone.is_after & np.isin(everyone.person, leave))),))


def draw_waiting(trained: Nature, waiting: Nature, rng: np.random.Generator) -> Drawn:
    """Return a group that trained and one that waited, drawn by lot."""
    first, second = draw_attempts(trained, rng), draw_attempts(waiting, rng)
    second = replace(second, person=second.person + trained.people)
    both = _join(first.with_column("group", TRAINED), second.with_column("group", WAITING))
    return Drawn(tables=(both,))


def draw_swapped(nature: Nature, rng: np.random.Generator, *, is_numbered: bool, to_match: bool = False) -> Drawn:
    """Return a team whose drills before are called after, and the other way round."""
    drawn = draw_attempts(nature, rng)
    number = (drawn.number + nature.before - 1.0) % (nature.before + nature.after) + 1.0 if to_match else drawn.number
    return Drawn(tables=(replace(drawn, is_after=~drawn.is_after, number=number, is_numbered=is_numbered),))


def draw_twins(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return half the people, each in the table under two ids."""
    real = draw_attempts(replace(nature, people=nature.people // 2), rng)
    return Drawn(tables=(_join(real, replace(real, person=real.person + nature.people // 2)),))


def draw_slow_drill_deleted(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team whose slowest drill after was taken out, each person's, and the rest numbered without a gap."""
    drawn = draw_attempts(nature, rng)
    drills = nature.before + nature.after
    time_s = np.where(drawn.is_after, np.where(drawn.finished, drawn.elapsed_s, np.inf), 0.0).reshape(-1, drills)
    slowest = np.argmax(time_s, axis=1)
    kept = np.arange(drills)[None, :] != slowest[:, None]
    left = drawn.pick(kept.ravel())
    return Drawn(tables=(replace(left, number=np.tile(np.arange(1.0, drills), nature.people)),))


def draw_given_up(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team that gave up a share of its drills before early, and none after."""
    drawn = draw_attempts(nature, rng)
    given_up = ~drawn.is_after & (rng.random(len(drawn.person)) < GIVEN_UP)
    elapsed_s = np.where(given_up, np.round(drawn.elapsed_s * rng.uniform(0.2, 0.9, len(given_up)), 2), drawn.elapsed_s)
    return Drawn(tables=(replace(drawn, elapsed_s=elapsed_s, finished=drawn.finished & ~given_up),))


def draw_difficulty_known(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team with the difficulty of its forms in the table, easier after as `nature` says."""
    drawn = draw_attempts(nature, rng)
    return Drawn(
        tables=(drawn.with_column("difficulty", np.where(drawn.is_after, 20.0 * (1.0 - nature.easier), 20.0)),)
    )


def draw_picked_half(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return twice as many people, of whom the half that gained most in time is asked for by hand."""
    everyone = draw_attempts(replace(nature, people=2 * nature.people), rng)
    gain = _mean_log(everyone, ~everyone.is_after) - _mean_log(everyone, everyone.is_after)
    picked = np.sort(np.argsort(-gain, kind="stable")[: nature.people])
    return Drawn(tables=(everyone,), chosen=tuple(name_person(person) for person in picked.tolist()))


def draw_looks(nature: Nature, rng: np.random.Generator) -> Drawn:
    """Return a team that is looked at when so many people are done, and again after each of six more."""
    everyone = draw_attempts(replace(nature, people=nature.people + LOOKS - 1), rng)
    return Drawn(tables=tuple(everyone.pick(everyone.person < nature.people + more) for more in range(LOOKS)))


def _mean_log(drawn: AttemptArrays, mine: BoolArray) -> FloatArray:
    """Return each person's mean log time of the attempts where `mine`, time-outs at the limit, (people,)."""
    log_time = np.log(np.where(drawn.finished, drawn.elapsed_s, LIMIT_S))[mine]
    person: IntArray = drawn.person[mine]
    return np.asarray(np.bincount(person, weights=log_time) / np.bincount(person), dtype=np.float64)


def _join(first: AttemptArrays, second: AttemptArrays) -> AttemptArrays:
    return AttemptArrays(
        person=np.concatenate([first.person, second.person]),
        is_after=np.concatenate([first.is_after, second.is_after]),
        number=np.concatenate([first.number, second.number]),
        form=np.concatenate([first.form, second.form]),
        elapsed_s=np.concatenate([first.elapsed_s, second.elapsed_s]),
        finished=np.concatenate([first.finished, second.finished]),
        accuracy=np.concatenate([first.accuracy, second.accuracy]),
        more={name: np.concatenate([values, second.more[name]]) for name, values in first.more.items()},
        is_numbered=first.is_numbered and second.is_numbered,
    )
