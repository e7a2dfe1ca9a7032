"""Checks on the forms: met once, spread over both sides, and equally hard before and after."""

import pandas as pd

from sim.compare.checks.findings import NOTHING_YET, DesignCheck, Finding, Question, answer
from sim.compare.data.table import Phase

LARGEST_FORM_GAP = 0.34
HARDNESS_MARGIN = 0.05
"""Share by which the forms after may be harder or easier than those before, on average over people.

Parallel forms of one set differ by less than the set's margin, 3 index points of some 20, so one form for another is
not enough: the sides have to come out even on average. Time taken grows in proportion to the index
(`sim.compare.statistics.form_difficulty`), so 5% of difficulty looks like 5% of time: half of the 10% from which a
comparison takes times to lean."""


def check_forms_seen_once(repeated: int, *, later: int) -> DesignCheck:
    """Whether anybody met a form more than once, anywhere in the table.

    Args:
        repeated: drills before and after left out for it.
        later: follow-up drills on a form that their person had met before.
    """
    question = Question("Did anyone get the same form twice?", "same form twice")
    if not repeated and not later:
        return answer(question, "No.", finding=Finding.FINE)
    parts = []
    if repeated:
        parts.append(f"{'1 drill' if repeated == 1 else f'{repeated} drills'} left out and listed for it")
    if later:
        parts.append(f"{'1 follow-up drill' if later == 1 else f'{later} follow-up drills'} on a form met before")
    sentence = f"Yes: {'; '.join(parts)}."
    return answer(question, sentence, finding=Finding.CONCERN)


def check_drills_unknown(rows: pd.DataFrame, *, seen_before: int) -> DesignCheck:
    """Whether anybody could know the recordings beforehand: public ones, and ones seen in practice."""
    question = Question("Could anyone know these drills beforehand?", "drills known beforehand")
    seen = (
        f" {_count_drills(seen_before)} seen in practice before; they are left out and listed." if seen_before else ""
    )
    if rows.empty:
        return answer(question, NOTHING_YET + seen, finding=Finding.CONCERN if seen else Finding.UNKNOWN)
    if (rows["origin"] == "public").any():
        return answer(question, f"{say_public(rows)}{seen}", finding=Finding.CONCERN)
    if (rows["origin"] == "").any():
        sentence = f"Where the footage comes from cannot be read from this table.{seen}"
        return answer(question, sentence, finding=Finding.CONCERN if seen else Finding.UNKNOWN)
    sentence = f"No. The footage was made here, and nobody practices on it.{seen}"
    return answer(question, sentence, finding=Finding.CONCERN if seen else Finding.FINE)


def say_public(rows: pd.DataFrame) -> str:
    """Return the warning where drills are on public recordings; "" where none is."""
    count = int((rows["origin"] == "public").sum())
    if not count:
        return ""
    which = "All of these drills use" if count == len(rows) else f"{count} of these drills use"
    return (
        f"{which} footage for practice only: it comes with the program or can be made again, so its answers can be "
        "known beforehand. Measure on footage made here to measure."
    )


def _count_drills(count: int) -> str:
    return "1 drill was on a recording" if count == 1 else f"{count} drills were on recordings"


def check_forms_balanced(rows: pd.DataFrame) -> DesignCheck:
    """Whether the same forms stand before and after, each for other people: the counterbalanced order."""
    question = Question("Were the same forms used on both sides, for different people?", "forms on both sides")
    if rows.empty:
        return answer(question, NOTHING_YET, finding=Finding.UNKNOWN)
    before, after = (_compute_shares(rows, phase) for phase in (Phase.BEFORE, Phase.AFTER))
    gap = float(before.sub(after, fill_value=0.0).abs().sum()) / 2.0
    if gap >= 1.0 - 1e-9:
        sentence = "No. No form was used on both sides, so an easier form would look like progress."
        return answer(question, sentence, finding=Finding.CONCERN)
    if gap > LARGEST_FORM_GAP:
        sentence = "Only in part. Some forms were used mostly on one side; an easier form would look like progress."
        return answer(question, sentence, finding=Finding.CONCERN)
    return answer(question, "Yes, the forms were spread over both sides.", finding=Finding.FINE)


def _compute_shares(rows: pd.DataFrame, phase: Phase) -> "pd.Series[float]":
    return rows.loc[rows["phase"] == phase.value, "form_id"].value_counts(normalize=True)


def compute_hardness_ratio(rows: pd.DataFrame) -> float | None:
    """Return mean difficulty after / before, over people; None where a drill's is not known or nobody is there.

    Worked: a person with forms of 20 before and 22 after, another with 21 and 20: (22 + 20) / (20 + 21) = 1.0244.
    """
    if rows.empty or rows["difficulty"].isna().any():
        return None
    means = rows.groupby(["phase", "person_id"])["difficulty"].mean().groupby("phase").mean()
    return float(means[Phase.AFTER.value] / means[Phase.BEFORE.value])


def is_uneven(ratio: float | None) -> bool:
    """Return whether one side was harder by more than `HARDNESS_MARGIN`; False where that is not known."""
    return ratio is not None and abs(ratio - 1.0) > HARDNESS_MARGIN + 1e-9


def check_forms_equally_hard(rows: pd.DataFrame) -> DesignCheck:
    """Whether the forms after were as hard as those before, within `HARDNESS_MARGIN`."""
    question = Question("Were the forms equally hard before and after?", "equally hard forms")
    ratio = compute_hardness_ratio(rows)
    if ratio is None:
        sentence = "How hard each form is cannot be read from this table."
        return answer(question, sentence, finding=Finding.UNKNOWN)
    percent = abs(100.0 * (ratio - 1.0))
    if percent < 0.05:
        return answer(question, "Yes, to a tenth of a percent.", finding=Finding.FINE)
    direction = "easier" if ratio < 1.0 else "harder"
    if not is_uneven(ratio):
        sentence = f"Nearly: those after were {percent:.1f}% {direction} on average, inside the 5% allowed."
        return answer(question, sentence, finding=Finding.FINE)
    looks = "faster and more accurate" if ratio < 1.0 else "slower and less accurate"
    sentence = f"No. Those after were {percent:.0f}% {direction} on average; that alone can make people look {looks}."
    return answer(question, sentence, finding=Finding.CONCERN)
