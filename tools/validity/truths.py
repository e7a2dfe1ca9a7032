"""Truths of which an opponent would make a wrong "improved": what is the case, and what the first page must say of it.

Each is one line of `TRUTHS`; `judge_teams` draws teams of one and returns what a comparison says of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from sim.compare.analyses.practice import judge_practice
from sim.compare.content.comparison import Change, Verdict, choose_word
from sim.compare.report.first_page import list_first_page
from sim.compare.report.judge_arrays import Judged, judge_arrays
from sim.compare.report.verdict import hold_to_practice
from sim.services.comparison.team_model import PRACTICE_POWER, USUAL_SPREAD

from sim.compare.checks import ALL, LOW_RESULTS, UNKNOWN
from sim.compare.comparison import compare_attempts
from sim.compare.people import Wanted
from sim.compare.table import ACCURACY
from sim.errors import ComparisonError
from tools.validity import truth_teams as teams
from tools.validity.truth_teams import LIMIT_S, TRAINED, AttemptArrays, Drawn, Nature, Tail, name_person

CUT = 0.30
CUT_ALONE = "times cut by 30 %"
"""Name of the truth with that cut and nothing else."""
WORSE_CUT = 0.15
"""By how much more than the trained the waiting group cuts times where it did better."""
SHIFT = 0.15
"""By how much forms are easier where they clearly are."""
INSIDE = 0.049
"""By how much where the check of forms still allows it."""
MOST_WHOLE = 2
MOST_WHOLE_WAITING = 4
Draw = Callable[[int, np.random.Generator], Drawn]


class Seen(Enum):
    """Whether a table can show the true cause."""

    NO_CAUSE = "nothing to see"
    YES = "in the table"
    PART = "in part"
    NO = "cannot be seen"


class Kind(Enum):
    """What a true word would be."""

    NOTHING = "nothing changed"
    PRACTICE = "practice only"
    BOTH = "both groups changed alike"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    name: str  # as a row of the page names it
    kind: Kind  # what is the case
    seen: Seen  # whether the table can show the cause
    draw: Draw  # a team of so many people
    # any of these stands on the first page when the cause is named; empty where there is no cause to name
    told: tuple[str, ...] = ()
    # of each batch of teams that times and accuracy alone call improved, how many are compared as a whole; more where
    # only that settles the word, as with a group that waited
    whole: int = MOST_WHOLE


def _draw(make: Callable[..., Drawn], *, more: dict[str, object] | None = None, **oddities: object) -> Draw:
    def draw(people: int, rng: np.random.Generator) -> Drawn:
        return make(Nature(people=people, **oddities), rng, **(more or {}))  # type: ignore[arg-type]

    return draw


def _wait(*, waiting_cut: float, **oddities: object) -> Draw:
    """Return teams with as many people who wait; they differ from the trained only in how times are cut."""

    def draw(people: int, rng: np.random.Generator) -> Drawn:
        trained = Nature(people=people, **oddities)  # type: ignore[arg-type]
        return teams.draw_waiting(trained, replace(trained, cut=waiting_cut), rng)

    return draw


def _slowest(*, chosen_by: str, before: int = 2) -> Draw:
    return _draw(teams.draw_slowest_quarter, more={"chosen_by": chosen_by}, before=before)


def _swapped(*, is_numbered: bool, to_match: bool = False) -> Draw:
    """Return teams that got slower by what a cut of `CUT` takes back."""
    return _draw(teams.draw_swapped, more={"is_numbered": is_numbered, "to_match": to_match}, cut=-CUT / (1.0 - CUT))


def _nothing(name: str, seen: Seen, draw: Draw, *told: str) -> Truth:
    return Truth(name=name, kind=Kind.NOTHING, seen=seen, draw=draw, told=told)


def _practice(name: str, seen: Seen, draw: Draw, told: str) -> Truth:
    return Truth(name=name, kind=Kind.PRACTICE, seen=seen, draw=draw, told=(told,))


def _both(name: str, draw: Draw) -> Truth:
    return Truth(
        name=name, kind=Kind.BOTH, seen=Seen.YES, draw=draw, told=("the group that waited",), whole=MOST_WHOLE_WAITING
    )


TRUTHS: tuple[Truth, ...] = (
    _nothing("plain", Seen.NO_CAUSE, _draw(teams.draw_plain)),
    _nothing("plain, 1 drill a phase", Seen.NO_CAUSE, _draw(teams.draw_plain, before=1, after=1)),
    _nothing("heavy tails: t with 2 degrees of freedom", Seen.NO_CAUSE, _draw(teams.draw_plain, tail=Tail.HEAVY)),
    _nothing("skewed tails: exponential", Seen.NO_CAUSE, _draw(teams.draw_plain, tail=Tail.SKEWED)),
    _nothing("spread doubled after", Seen.NO_CAUSE, _draw(teams.draw_plain, spread_after=2.0 * USUAL_SPREAD)),
    _nothing("spread halved after", Seen.NO_CAUSE, _draw(teams.draw_plain, spread_after=USUAL_SPREAD / 2.0)),
    _nothing("40 % time out, slow people most", Seen.NO_CAUSE, _draw(teams.draw_plain, timed_out=0.4)),
    _nothing("times to the minute", Seen.NO_CAUSE, _draw(teams.draw_to_the_minute)),
    _nothing("one person ten times faster", Seen.YES, _draw(teams.draw_outlier), "one person changed far more"),
    _nothing(
        "slowest quarter chosen by the 2 drills before, the table says so",
        Seen.YES,
        _slowest(chosen_by=LOW_RESULTS),
        "chosen for low results in the drills that are compared",
    ),
    _nothing(
        "the same, by 1 drill before",
        Seen.YES,
        _slowest(chosen_by=LOW_RESULTS, before=1),
        "chosen for low results in the drills that are compared",
    ),
    _nothing(
        "the same, by 2 drills, the table does not say how people were chosen",
        Seen.YES,
        _slowest(chosen_by=UNKNOWN),
        "how people were chosen",
        "how these people were chosen",
    ),
    _nothing(
        "the same, by 2 drills, the table says that nobody was chosen",
        Seen.NO,
        _slowest(chosen_by=ALL),
        "people chosen for low results get better anyway",
    ),
    _nothing(
        "half of a team picked by hand: who gained most", Seen.YES, _draw(teams.draw_picked_half), "picked by hand"
    ),
    _nothing("everybody twice, under two ids", Seen.YES, _draw(teams.draw_twins), "to the last digit"),
    _nothing(
        "forms after 15 % easier, difficulty in the table",
        Seen.YES,
        _draw(teams.draw_difficulty_known, own_forms=True, easier=SHIFT),
        "easier on average",
        "difficulty of forms",
    ),
    _nothing(
        "forms after 4.9 % easier, difficulty in the table",
        Seen.PART,
        _draw(teams.draw_difficulty_known, own_forms=True, easier=INSIDE),
        "easier on average",
        "forms",
    ),
    _nothing(
        "forms after 15 % easier, difficulty not in the table",
        Seen.PART,
        _draw(teams.draw_plain, own_forms=True, easier=SHIFT),
        "forms",
    ),
    _nothing("other forms after, as hard on average", Seen.PART, _draw(teams.draw_plain, own_forms=True), "forms"),
    _nothing(
        "a third leaves: who is slowest after",
        Seen.PART,
        _draw(teams.draw_slow_leave),
        "without a comparable drill after",
    ),
    _nothing("20 % given up early, before only", Seen.YES, _draw(teams.draw_given_up), "given up early"),
    _nothing(
        "before and after swapped, truly 30 % slower, order not in the table",
        Seen.YES,
        _swapped(is_numbered=False),
        "could be swapped",
        "when the drills were done",
        "order",
    ),
    _nothing(
        "the same, drills numbered as they were done", Seen.YES, _swapped(is_numbered=True), "before one marked before"
    ),
    _nothing(
        "the same, numbers swapped as well",
        Seen.NO,
        _swapped(is_numbered=True, to_match=True),
        "swapped labels",
    ),
    _nothing(
        "each person's slowest of 3 drills after deleted",
        Seen.NO,
        _draw(teams.draw_slow_drill_deleted, after=3),
        "deleted drills",
    ),
    _nothing(
        "looked at again after each of six more people", Seen.NO, _draw(teams.draw_looks), "looking again after each"
    ),
    _practice(
        "practice, 2 drills before",
        Seen.PART,
        _draw(teams.draw_plain, practice=PRACTICE_POWER),
        "cannot tell practice from training",
    ),
    _practice(
        "practice, 4 drills before",
        Seen.YES,
        _draw(teams.draw_plain, practice=PRACTICE_POWER, before=4),
        "practice alone would predict",
    ),
    _practice(
        "practice, 2 drills before, order not in the table",
        Seen.YES,
        _draw(teams.draw_not_numbered, practice=PRACTICE_POWER),
        "practice alone makes people faster",
    ),
    _both("practice in both groups", _wait(waiting_cut=0.0, practice=PRACTICE_POWER)),
    _both("both groups 30 % faster", _wait(waiting_cut=CUT, cut=CUT)),
    _both("trained 30 % faster, waiting 15 % more", _wait(waiting_cut=1.0 - (1.0 - CUT) * (1.0 - WORSE_CUT), cut=CUT)),
    Truth(name=CUT_ALONE, kind=Kind.CHANGED, seen=Seen.NO_CAUSE, draw=_draw(teams.draw_plain, cut=CUT)),
    Truth(
        name="times cut by 30 %, and a group that waited",
        kind=Kind.CHANGED,
        seen=Seen.NO_CAUSE,
        draw=_wait(waiting_cut=0.0, cut=CUT),
        whole=MOST_WHOLE_WAITING,
    ),
    Truth(
        name="times cut by 30 % beside practice, 4 drills before",
        kind=Kind.CHANGED,
        seen=Seen.NO_CAUSE,
        draw=_draw(teams.draw_plain, practice=PRACTICE_POWER, before=4, cut=CUT),
    ),
)


HIGHER_IS_BETTER = tuple(name != "wrong_person_s" for name in ACCURACY)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamVerdict:
    faster: bool  # times alone are judged better
    alone: bool  # times and accuracy alone, with no look at the design, would be called improved
    # the whole comparison says improved; None where `alone` is true and neither it nor `held` tells
    improved: bool | None
    named: bool | None  # the first page names the cause; None where the whole comparison was not made
    held: bool = False  # `alone` is true, and the practice measured before the training alone holds that word back


def judge_teams(
    truth: Truth, *, people: int, streams: Sequence[np.random.SeedSequence], whole: int
) -> list[TeamVerdict]:
    """Draw a team from each stream and return what a comparison says of it.

    The word is worked out from arrays first. The whole comparison, from the table to the words of its first page, can
    only hold the word "improved" back, so it is made for teams that this word is said of: for at most `truth.whole` of
    those whom practice holds back by the arrays, and of those whom it does not; and for the first `whole` teams
    whatever is said of them.
    """
    found: list[TeamVerdict] = []
    left = {True: truth.whole, False: truth.whole}
    for place, stream in enumerate(streams):
        told = _judge_team(truth, truth.draw(people, np.random.default_rng(stream)), left=left, is_whole=place < whole)
        left[told.held] -= told.alone and told.named is not None
        found.append(told)
    return found


def _judge_team(truth: Truth, drawn: Drawn, *, left: Mapping[bool, int], is_whole: bool) -> TeamVerdict:
    """Return what is said of one team; where tables are looked at one after another, up to the first "improved".

    `left`: how many more are compared as a whole of those whom practice holds back, and of those whom it does not.
    """
    faster = alone = held = False
    improved: bool | None = False
    named: bool | None = None
    for table in drawn.tables:
        judged = judge_alone(table, drawn)
        mine = judged.word is Verdict.IMPROVED
        faster |= judged.sides.time is Change.BETTER
        alone |= mine
        held = mine and is_held_by_practice(table, judged)
        if not (mine and left[held] > 0) and not (is_whole and table is drawn.tables[-1]):
            improved = None if mine and not held else improved
            continue
        word, page = compare_whole(table, drawn)
        if word is Verdict.IMPROVED and (held or not mine):
            raise AssertionError(f"{truth.name}: improved by the whole comparison only")
        named = bool(named) or is_named(truth, page)
        if word is Verdict.IMPROVED:
            return TeamVerdict(faster=faster, alone=True, improved=True, named=named)
    return TeamVerdict(faster=faster, alone=alone, improved=improved, named=named, held=held)


def judge_alone(table: AttemptArrays, drawn: Drawn) -> Judged:
    """Return the word for the people asked for, or for those who trained, by times and accuracy alone."""
    mine = np.ones(len(table.person), dtype=np.bool_)
    if drawn.chosen:
        wanted = set(drawn.chosen)
        mine = np.array([name_person(person) in wanted for person in table.person.tolist()])
    if "group" in table.more:
        mine &= table.more["group"] == TRAINED
    before, after = table.pick(mine).split()
    return judge_arrays(
        before.make_durations(),
        after.make_durations(),
        accuracy_before=tuple(before.accuracy.T),
        accuracy_after=tuple(after.accuracy.T),
        higher_is_better=HIGHER_IS_BETTER,
        limit_s=LIMIT_S,
    )


def is_held_by_practice(table: AttemptArrays, judged: Judged) -> bool:
    """Return whether the practice measured before the training takes the word "improved" from a team."""
    if "group" in table.more or not table.is_numbered:
        return False
    practice = judge_practice(
        table.person,
        table.is_after,
        np.log(table.number),
        log_time=np.log(np.where(table.finished, table.elapsed_s, LIMIT_S)),
        idf1=table.accuracy[:, 0],
        has_time_outs=not bool(table.finished.all()),
    )
    return choose_word(hold_to_practice(judged.sides, practice)) is not Verdict.IMPROVED


def compare_whole(table: AttemptArrays, drawn: Drawn) -> tuple[Verdict | None, str]:
    """Return the word and the first page of the whole comparison; no word and the message where it is refused."""
    try:
        comparison = compare_attempts(table.make_table(), wanted=Wanted(people=drawn.chosen), is_first_page=True)
    except ComparisonError as error:
        return None, str(error)
    return comparison.word, " ".join(list_first_page(comparison))


def is_named(truth: Truth, page: str) -> bool:
    return any(words in page.lower() for words in truth.told)
