"""What a comparison says of a team of which the truth is known: the word, and whether page 1 names the cause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.compare.analyses.practice import judge_practice
from sim.compare.content.comparison import Change, Verdict, choose_word
from sim.compare.data.people import Wanted
from sim.compare.data.table import ACCURACY
from sim.compare.report.first_page import list_first_page
from sim.compare.report.judge_arrays import Judged, judge_arrays
from sim.compare.report.report import compare_attempts
from sim.compare.report.verdict import hold_to_practice
from sim.errors import ComparisonError
from tools.validity.attempt_arrays import LIMIT_S, AttemptArrays, name_person
from tools.validity.truth_teams import TRAINED, Drawn
from tools.validity.truths import Truth

HIGHER_IS_BETTER = tuple(name != "wrong_person_s" for name in ACCURACY)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamVerdict:
    """What was said of one team."""

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
    """Return whether the page names the cause."""
    return any(words in page.lower() for words in truth.told)
