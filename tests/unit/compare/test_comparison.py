import numpy as np
import pandas as pd
import pytest

from sim.compare.comparison import Plan, compare_attempts
from sim.compare.estimates import compute_beyond_practice, compute_change, compute_groups, compute_rank_change
from sim.compare.facts import Wanted
from sim.compare.result import Result, at_level, compute_mean
from sim.compare.wording import say_difference
from sim.errors import ComparisonError
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
    assert (found.people[0].drills[0], found.people[0].passed[0]) == (3, 2)
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
        (Plan(looks=4), "This team was looked at 4 times, each with other drills. "),
        (Plan(teams=10), "10 teams are compared here, and this one was looked at once. "),
        (Plan(teams=None), "It is not known how many teams were compared"),
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


ALL = np.array([True, True, False, False])


def test_worked_numbers_of_the_docstrings() -> None:
    mean = compute_mean(np.array([1.0, 2.0, 3.0]), method="mean")
    assert (mean.estimate, mean.interval) == (2.0, pytest.approx((-0.4841, 4.4841), abs=1e-4))
    rank = compute_rank_change(np.array([1.0, 2.0, 3.0]), what="x")
    assert (rank.estimate, rank.interval, rank.settings["level"]) == (2.0, (1.0, 3.0), 0.75)
    groups = compute_groups(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 2.0, 3.0]), ~ALL, what="x")
    assert groups.estimate == pytest.approx(-1.0)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 1.0, 1.0]])
def test_nobody_one_person_and_all_alike_have_no_interval_and_say_so(values: list[float]) -> None:
    for found in (
        compute_mean(np.array(values), method="m"),
        compute_rank_change(np.array(values), what="x"),
        compute_change(np.zeros(len(values)), np.array(values), what="x"),
    ):
        assert found.interval is None
        assert found.warnings
        assert (found.estimate is None) is (not values)


def test_a_person_without_a_value_on_one_side_is_left_out() -> None:
    before, after = np.array([1.0, np.nan, 3.0, 2.0]), np.array([2.0, 5.0, np.nan, 4.0])
    assert compute_change(before, after, what="x").n == 2
    assert compute_groups(before, after, ALL, what="x").n == 2


def test_groups_that_cannot_be_told_apart_have_no_number() -> None:
    before, after = np.arange(4.0), np.array([1.0, 3.0, 2.0, 5.0])
    for is_trained in (np.ones(4, dtype=bool), np.zeros(4, dtype=bool)):
        assert compute_groups(before, after, is_trained, what="x").estimate is None
    one_of_each = np.array([0, 0, 1, 2])
    assert compute_groups(before, after, ALL, what="x", school=one_of_each).method.count("means of schools") == 1


def test_a_school_of_both_groups_beside_whole_ones_is_told_by_its_own_people() -> None:
    rng = np.random.default_rng(3)
    school, is_trained = np.repeat([0, 1, 2], 6), np.tile([True, False], 9)
    before = rng.normal(size=18)
    after = before - is_trained + 10.0 * school
    assert compute_groups(before, after + rng.normal(0.0, 0.01, 18), is_trained, what="x", school=school).is_below(-0.9)


def test_practice_cannot_be_told_from_one_drill_a_side() -> None:
    person, is_after = np.repeat([0, 1, 2], 2), np.tile([False, True], 3)
    assert compute_beyond_practice(person, is_after, np.log(np.tile([1.0, 2.0], 3)), np.arange(6.0), what="x") is None


def test_a_change_that_is_all_practice_is_none_beyond_it() -> None:
    person, number = np.repeat(np.arange(4), 6), np.tile(np.arange(1.0, 7.0), 4)
    values = np.log(300.0) - 0.3 * np.log(number) + 0.1 * person
    beyond = compute_beyond_practice(person, number > 3, np.log(number), values, what="x", is_log=True)
    assert beyond is not None
    assert (beyond.estimate, beyond.settings["slope"]) == pytest.approx((1.0, -0.3))


def test_another_level_is_the_same_estimate_with_a_wider_interval() -> None:
    values = np.array([0.1, 0.3, 0.2, 0.4, 0.15, 0.5])
    assert at_level(compute_mean(values, method="m", is_log=True), 0.99).interval == pytest.approx(
        compute_mean(values, method="m", is_log=True, level=0.99).interval
    )


def test_five_people_never_make_a_clear_change_and_no_interval_leaves_its_estimate_out() -> None:
    sure = {n: Result(estimate=-1.0, interval=(-1.1, -0.9), method="m", n=n) for n in (5, 6)}
    assert [sure[n].is_below(0.0) for n in (5, 6)] == [False, True]
    with pytest.raises(ValueError, match="outside its interval"):
        Result(estimate=2.0, interval=(0.0, 1.0), method="m", n=6)


def add_later(table: pd.DataFrame, *, days: float, factor: float, people: int = 8, **more: object) -> pd.DataFrame:
    first = table[table["drill_number"] == 1].head(people)
    later = first.assign(
        phase="retention",
        form_id=f"later-{days}",
        target_id=f"later-{days}",
        drill_number=100.0 + days,
        days_since_training=days,
        elapsed_s=first["elapsed_s"] * factor,
        **more,
    )
    return pd.concat([table, later], ignore_index=True)


def test_later_drills_are_compared_with_before_as_well_as_with_after() -> None:
    found = compare_attempts(add_later(TEAM, days=91, factor=0.7))
    point = next(each for each in found.retention if each.label == "3 months")
    before = np.log(
        TEAM[TEAM["phase"] == "before"].groupby("person_id")["elapsed_s"].apply(lambda t: np.exp(np.log(t).mean()))
    )
    later = np.log(TEAM[TEAM["drill_number"] == 1].set_index("person_id")["elapsed_s"] * 0.7)
    assert point.time_from_before is not None
    assert point.time_from_before.estimate == pytest.approx(float(np.exp((later - before).mean())))
    assert point.time_from_after is not None
    assert (point.time_from_before.n, point.time_from_after.n) == (8, 8)
    assert found.word is compare_attempts(TEAM).word


def test_the_first_point_is_of_those_alone_who_came_back() -> None:
    found = compare_attempts(add_later(TEAM, days=7, factor=0.7, people=4))
    assert [(point.label, point.time.n) for point in found.retention] == [("Right after", 4), ("1 week", 4)]


@pytest.mark.parametrize(
    "more",
    [
        {"people": 2},
        {"days": 45},
        {"extra_time": "yes"},
        {"seen_before": "yes"},
        {"origin": "public"},
        {"device": "phone"},
        {"limit_s": 300.0, "elapsed_s": 100.0},
        {"form_id": "form-0"},
    ],
)
def test_what_is_no_later_drill_of_three_under_the_same_conditions_is_no_point(more: dict[str, object]) -> None:
    days = more.pop("days", 91)
    people = more.pop("people", 8)
    table = add_later(TEAM, days=float(str(days)), factor=0.7, people=int(str(people)))
    table = put(table, table["phase"] == "retention", **more)
    assert compare_attempts(table).retention == ()


def test_parts_are_of_the_trained_and_need_three_people() -> None:
    school = np.where(TEAM["person_id"].isin(["P00", "P01"]), "Small", "Large")
    small, large = sorted(compare_attempts(TEAM.assign(school=school)).by_school, key=lambda part: part.people)
    assert (small.name, small.people, small.time) == ("Small", 2, None)
    assert large.time is not None
    assert large.time.estimate == pytest.approx(0.7, abs=0.05)


def test_drill_by_drill_needs_numbers_and_three_people() -> None:
    labels = [(point.label, point.series) for point in compare_attempts(TEAM).learning]
    assert labels == [*((str(each), "Before") for each in (1, 2, 3)), *((str(each), "After") for each in (4, 5, 6))]
    assert compare_attempts(TEAM.drop(columns="drill_number")).learning == ()
    assert compare_attempts(make_team(2)).learning == ()


ONE = TEAM["person_id"] == "P00"
FIRST, LAST = TEAM.index == 0, TEAM.index == 5

REASONS: dict[str, tuple[pd.DataFrame, int]] = {
    'recorded as "before", but done after the training': (put(TEAM, FIRST, days_since_training=2.0), 1),
    "a drill before training was done later than one after training": (
        put(put(TEAM, FIRST, drill_number=6.0), LAST, drill_number=1.0),
        6,
    ),
    "submitted within 5 seconds, which nobody can search in": (put(TEAM, FIRST, elapsed_s=4.9), 1),
    "on a recording seen in practice": (put(TEAM, FIRST, seen_before="yes"), 1),
    "on footage whose answers anyone can look up": (put(TEAM, FIRST, origin="public"), 1),
    "met the same form or student more than once (form-0, form-5)": (put(TEAM, LAST, target_id="target-0"), 2),
    "met the same form or student more than once (form-0)": (put(TEAM, LAST, form_id="form-0", target_id=""), 2),
    "whether it was passed is not in the table": (put(TEAM, FIRST, passed=""), 1),
    "on the cloud console; only drills on the classic console": (put(TEAM, FIRST, profile="cloud").pipe(
        lambda t: t.assign(profile=t["profile"].replace("", "classic"))), 1),
    "given with hints; only drills without options": (put(TEAM, FIRST, options="hints"), 1),
    "on a phone; only drills on a computer": (put(TEAM, FIRST, device="phone"), 1),
    "on more than one kind of device; only drills on a computer": (put(TEAM, FIRST, device="mixed"), 1),
    "had a time limit of 20:00; only drills with 10:00": (put(TEAM, FIRST, limit_s=1200.0), 1),
    "has comparable drills before only": (TEAM[~(ONE & (TEAM["phase"] == "after"))], 3),
    "is in neither group, while others are in one": (
        put(make_team(groups=by_lot(4, 4)), ONE, group=""),
        6,
    ),
    "waited, and nobody of the trained group has comparable drills": (
        put(make_team(groups=by_lot(1, 7)), ONE, extra_time="yes"),
        42,
    ),
}  # fmt: skip


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_left_out_is_listed_with_its_reason(reason: str) -> None:
    table, attempts = REASONS[reason]
    found = compare_attempts(table)
    assert sum(each.attempts for each in found.left.left_out if reason in each.reason) == attempts
    assert len(found.left.rows) + sum(each.attempts for each in found.left.left_out) == len(table)


def test_a_retention_drill_known_to_come_later_does_not_take_the_earlier_ones() -> None:
    later = TEAM[FIRST].assign(phase="retention", drill_number=7.0, days_since_training=90.0, elapsed_s=100.0)
    for days, left in ((90.0, 48), (-0.5, 47)):
        table = pd.concat([TEAM, later.assign(days_since_training=days, drill_number=7.0)], ignore_index=True)
        assert len(compare_attempts(put(table, table.index == 0, days_since_training=-0.25)).left.rows) == left


def test_a_device_that_is_not_known_counts_against_a_drill_only_beside_two_that_are() -> None:
    one_kind = put(TEAM, FIRST, device="")
    two_kinds = put(one_kind, LAST, device="phone")
    assert [len(compare_attempts(table).left.rows) for table in (one_kind, two_kinds)] == [48, 46]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        (Wanted(schools=("East",)), "does not say which school"),
        (Wanted(people=("P99",)), "has no person 'P99'"),
        (Wanted(of_people=3), "more than the 3 there are said to be"),
    ],
)
def test_who_is_not_there_cannot_be_asked_for(wanted: Wanted, says: str) -> None:
    with pytest.raises(ComparisonError, match=says):
        compare_attempts(TEAM, wanted=wanted)


def test_lots_for_some_are_refused() -> None:
    groups = ("trained", *by_lot(3, 4))
    with pytest.raises(ComparisonError, match="by lot for some people and not for others"):
        compare_attempts(make_team(groups=groups))
