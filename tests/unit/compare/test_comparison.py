"""What stands in a comparison beside its word: groups, flow, sentences, the curve, who is not in it."""

import numpy as np
import pandas as pd
import pytest

from sim.compare.comparison import Plan, compare_attempts
from sim.compare.wording import say_difference
from tests.support.attempts_table import LIMIT_S, by_lot, make_team, put

TEAM = make_team()
LOTS = make_team(16, factor=[0.7] * 8 + [1.0] * 8, groups=by_lot(8, 8))


def geometric(table: pd.DataFrame, phase: str) -> float:
    mine = table[table["phase"] == phase]
    return float(np.exp(np.log(mine["elapsed_s"]).groupby(mine["person_id"]).mean().mean()))


def test_a_drill_not_passed_counts_as_its_limit_however_soon_it_was_submitted() -> None:
    found = compare_attempts(put(TEAM, TEAM.index == 0, passed="no", elapsed_s=50.0))
    counted = put(TEAM, TEAM.index == 0, elapsed_s=LIMIT_S)
    assert found.groups[0].typical_s == pytest.approx([geometric(counted, phase) for phase in ("before", "after")])
    assert found.groups[0].passed == pytest.approx((23 / 24, 1.0))
    assert (found.people[0].before.drills, found.people[0].before.passed) == (3, 2)
    assert "a drill not passed counting as 10:00" in found.sentences[0]


def test_the_baseline_of_both_groups_stands_side_by_side() -> None:
    found = compare_attempts(LOTS)
    assert [(group.name, group.people) for group in found.groups] == [("trained", 8), ("waiting", 8)]
    for group in found.groups:
        mine = LOTS[LOTS["group"] == f"{group.name} by lot"]
        assert group.typical_s == pytest.approx([geometric(mine, phase) for phase in ("before", "after")])
    assert found.headline == "The group that was trained improved more than the group that waited."
    assert "8 and 8 people" in found.sentences[0]
    assert "With lots, the difference is larger than chance." in found.cannot_show[0]


def test_match_and_its_interval_stand_in_one_sentence() -> None:
    effect = compare_attempts(TEAM).effects.match
    sentence = next(each for each in compare_attempts(TEAM).sentences if each.startswith("Match"))
    assert sentence.endswith(f"nobody else): 70% before, 69% after; {say_difference(effect)}.")


def test_who_had_extra_time_is_not_named() -> None:
    found = compare_attempts(put(TEAM, TEAM["person_id"] == "P03", extra_time="yes"))
    assert {each.person_id for each in found.left.left_out} == {""}
    assert not [text for text in (*found.not_in_it, *found.sentences, found.checks_sentence) if "P03" in text]


@pytest.mark.parametrize(("gone", "is_told"), [(2, False), (3, True)])
def test_fewer_than_three_who_left_are_not_described(gone: int, is_told: bool) -> None:
    team = make_team(12)
    left = team["person_id"].isin([f"P{each:02d}" for each in range(gone)]) & (team["phase"] == "after")
    told = " ".join(compare_attempts(team[~left]).not_in_it)
    assert (f"the {gone} people without a comparable drill after took" in told) is is_told


def test_the_curve_ends_at_the_share_that_passed_each_person_once() -> None:
    found = compare_attempts(put(LOTS, LOTS.index % 7 == 0, passed="no"))
    assert [(each.group, each.side) for each in found.curve] == [
        ("trained", "Before"),
        ("trained", "After"),
        ("waiting", "Before"),
        ("waiting", "After"),
    ]
    for group, (before, after) in zip(found.groups, (found.curve[:2], found.curve[2:]), strict=True):
        assert (before.share[-1], after.share[-1]) == pytest.approx(group.passed)
        assert (before.share[0], before.at_s[-1]) == (0.0, LIMIT_S)


def test_one_person_is_read_of_only_with_four_drills_a_side() -> None:
    few, many = compare_attempts(TEAM), compare_attempts(make_team(before=4, after=4))
    assert few.changes == ()
    assert "Nobody has 4 drills or more" in few.changes_note
    assert len(many.changes) == 8
    assert "Not for decisions on a person." in many.changes_note


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (Plan(looks=5), "This team was compared 5 times"),
        (Plan(teams=10), "10 teams were looked at here"),
    ],
)
def test_looking_often_is_counted_and_said(plan: Plan, says: str) -> None:
    assert says in " ".join(compare_attempts(TEAM, plan=plan).warnings)
    assert compare_attempts(TEAM).warnings == ()


CAUTIONS = {
    "Everyone was slower after": make_team(factor=1.4),
    "No drill was passed": TEAM.assign(passed="no", finished=False, elapsed_s=LIMIT_S),
    "too easy to show a change in accuracy": TEAM.assign(idf1=1.0),
    "1 drill was given up early, 1 before and 0 after. Each counts as the limit. Giving up on one side": put(
        TEAM, TEAM.index == 0, passed="no", finished=False, elapsed_s=100.0
    ),
    "in no due date's window": pd.concat(
        [
            TEAM,
            TEAM[:1].assign(phase="retention", drill_number=7.0, form_id="later", target_id="", days_since_training=50),
        ]
    ),
}


@pytest.mark.parametrize("says", CAUTIONS)
def test_caution(says: str) -> None:
    assert says in " ".join(compare_attempts(CAUTIONS[says]).warnings)
