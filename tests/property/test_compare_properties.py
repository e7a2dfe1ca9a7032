"""What must hold for any attempts, and how often nothing at all is called an improvement."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from sim.compare.analyses.over_time import make_durations
from sim.compare.report.judge_arrays import judge_arrays

from sim.compare.comparison import compare_attempts
from sim.compare.table import ACCURACY
from sim.compare.verdict import Verdict
from sim.compare.wording import find_forbidden
from sim.services.comparison.files import comparison_as_data

SHARES = st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.floats(0.0, 1.0))


@st.composite
def attempts(draw):
    rows = []
    for index in range(draw(st.integers(1, 24))):
        limit_s = draw(st.sampled_from([300.0, 600.0]))
        finished = draw(st.booleans())
        elapsed_s = draw(st.one_of(st.floats(10.0, limit_s), st.sampled_from([60.0, limit_s])))
        rows.append(
            {
                "person_id": draw(st.sampled_from("ABCDEFGH")),
                "phase": draw(st.sampled_from(["before", "after", "retention"])),
                "form_id": f"F{draw(st.integers(0, 3))}-{index}",
                "elapsed_s": elapsed_s if finished else limit_s,
                "finished": finished,
                "limit_s": limit_s,
                "idf1": draw(SHARES),
                "appearance_recall": draw(SHARES),
                "appearance_precision": draw(SHARES),
                "wrong_person_s": draw(st.floats(0.0, 500.0)),
            }
        )
    return pd.DataFrame(rows)


def text_in(value):
    if isinstance(value, dict):
        return " ".join(text_in(item) for item in value.values())
    if isinstance(value, list):
        return " ".join(text_in(item) for item in value)
    return value if isinstance(value, str) else ""


@settings(max_examples=60)
@given(table=attempts())
def test_any_attempts_give_a_result_that_keeps_its_promises(table):
    comparison = compare_attempts(table)
    data = comparison_as_data(comparison)
    assert find_forbidden(text_in(data)) == ()
    used = sum(pair.before.attempts + pair.after.attempts for pair in comparison.pairs)
    assert used + sum(out.attempts for out in comparison.design.left_out) == len(table)
    assert (comparison.word is Verdict.TOO_FEW) == (1 <= len(comparison.pairs) < 6)
    for curve in (comparison.time.before_curve, comparison.time.after_curve):
        if curve is not None:
            assert list(curve.share) == sorted(curve.share)
            for lower, share, upper in zip(curve.lower, curve.share, curve.upper, strict=True):
                assert -1e-12 <= lower <= share + 1e-12 <= upper + 2e-12 <= 1.0 + 3e-12
    for row in comparison.time.at_risk:
        assert row.before >= 0
    counts = [row.after for row in comparison.time.at_risk]
    assert counts == sorted(counts, reverse=True)


@settings(max_examples=30)
@given(table=attempts(), factor=st.floats(0.5, 2.0))
def test_the_unit_of_time_does_not_change_the_ratio(table, factor):
    scaled = table.assign(elapsed_s=table["elapsed_s"] * factor, limit_s=table["limit_s"] * factor)
    first, second = compare_attempts(table).time.ratio, compare_attempts(scaled).time.ratio
    assert first.n == second.n
    if first.estimate is not None:
        assert np.isclose(first.estimate, second.estimate, rtol=1e-9)


def null_team(rng):
    """Make a team that changes in nothing: skewed times, time-outs, ceilings and ties in accuracy, 6 to 12 people."""
    people = int(rng.integers(6, 13))
    middle_s = rng.choice([200.0, 350.0, 500.0])
    rows = []
    for index in range(people):
        skill = rng.normal()
        for side, phase in enumerate(("before", "after")):
            time_s = middle_s * np.exp(0.25 * skill + 0.35 * rng.normal() + 0.15 * rng.exponential())
            legs = rng.binomial(8, 1.0 / (1.0 + np.exp(-1.5 - 0.7 * skill)), size=2) / 8.0
            rows.append(
                {
                    "person_id": f"P{index}",
                    "phase": phase,
                    "form_id": f"F{(index + side) % 4}",
                    "elapsed_s": min(time_s, 600.0),
                    "finished": time_s <= 600.0,
                    "limit_s": 600.0,
                    "idf1": round(float(legs.mean()), 3),
                    "appearance_recall": legs[0],
                    "appearance_precision": legs[1],
                    "wrong_person_s": 10.0 * (1.0 - legs[1]),
                    "days_since_training": 3.0 if phase == "after" else -3.0,
                    "chosen_by": "all",
                }
            )
    return pd.DataFrame(rows)


def judge_team(team):
    sides = [team[team["phase"] == phase] for phase in ("before", "after")]
    people = sorted(set(team["person_id"]))
    before, after = (make_durations(side.rename(columns={"elapsed_s": "duration_s"}), people) for side in sides)
    first, second = (tuple(side[name].to_numpy() for name in ACCURACY) for side in sides)
    return judge_arrays(
        before,
        after,
        accuracy_before=first,
        accuracy_after=second,
        higher_is_better=tuple(name != "wrong_person_s" for name in ACCURACY),
        limit_s=600.0,
    ).word


def test_nothing_changed_is_called_improved_in_at_most_five_percent_of_1000_runs():
    """Judged by the code that judges a comparison; that the whole comparison says the same is tried on every 20th."""
    rng = np.random.default_rng(20_260_101)
    teams = [null_team(rng) for _ in range(1_000)]
    words = [judge_team(team) for team in teams]
    assert words[::20] == [compare_attempts(team).word for team in teams[::20]]
    assert words.count(Verdict.IMPROVED) <= 50
    assert words.count(Verdict.IMPROVED) > 0, "a rule that can never say improved is no rule"
