"""The comparison as a page draws it: sentences, facts, and the points of three charts; its tables are a file apart."""

from bisect import bisect_right
from dataclasses import dataclass

from sim.compare.checks.design import Finding
from sim.compare.content.comparison import Comparison, MeasureReport, Pair, Verdict
from sim.compare.content.wording import HEADLINES, speak_of_teams
from sim.compare.report.first_page import list_readings
from sim.compare.statistics.result import Result
from sim.compare.statistics.survival import Curve
from sim.drill.options import describe_options, read_options
from sim.drill.profile import ProfileName
from sim.services.attempt.console_profiles import get_card
from sim.services.comparison.figures import (
    ForestView,
    TrendView,
    make_learning_view,
    make_retention_view,
    make_school_view,
    make_task_type_view,
)
from sim.services.comparison.tables import (
    MEASURE_LABELS,
    make_accuracy_table,
    make_at_risk_table,
    make_details_table,
    make_left_out_table,
    make_people_table,
    make_share_table,
    make_time_table,
    write_seconds,
    write_side,
)
from sim.text.tables import TextTable, write_time

MOST_STEPS = 600
"""Of a curve: finer than a screen or a sheet of paper can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopePoint:
    """One end of one person's line. A time-out is drawn at the limit and marked, never as a time."""

    person: str
    phase: str
    value: float
    is_time_out: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveStep:
    """Share finished from this time on, with its interval; shares 0..1, time in seconds."""

    phase: str
    time_s: float
    share: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureView:
    """One accuracy measure: the pairs of its chart. Shares are in percent, the wrong person in seconds."""

    label: str
    unit: str
    points: tuple[SlopePoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonView:
    """Everything the before/after part of the team page draws.

    Attributes:
        headline, verdict: the verdict's first sentence and the rest of it.
        is_good: the word is "improved".
        has_pairs: anything below the verdict can be drawn.
        time_sentence, accuracy_sentence: the numbers that decided, each with its interval.
        checks_sentence: how many checks of the design are open, and which.
        not_in_it: who and what is not in the comparison, and why.
        facts: name and value, side by side under the verdict.
        time_points, time_typical: the paired times, and the typical ones (before, after) or None.
        curve: steps of both curves; `limit_s` is where they end.
        *_table: the table beside each chart; `at_risk_table` belongs to the curve.
        measures: the accuracy pairs, main measure first.
        task_types, schools, learning, retention: further pictures, None where the drills have nothing for them.
        people_table, people_note: change of single people; empty, and why, unless they have drills enough. Never of
            a district: a person's change is for their own team.
        readings: what practice and several schools say, in sentences; what a waiting group says is in the verdict.
        design_name: what kind of comparison this is.
        design_lines: what was checked, "fine" first or with its concern.
        left_out_table: attempts that were not used.
        details_table: method, n and p, for anyone who checks the numbers.
    """

    headline: str
    verdict: str
    is_good: bool
    has_pairs: bool
    time_sentence: str
    accuracy_sentence: str
    checks_sentence: str
    not_in_it: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    time_points: tuple[SlopePoint, ...]
    time_typical: tuple[float, float] | None
    time_table: TextTable
    curve: tuple[CurveStep, ...]
    limit_s: float
    share_table: TextTable
    at_risk_table: TextTable
    measures: tuple[MeasureView, ...]
    accuracy_table: TextTable
    task_types: ForestView | None
    schools: ForestView | None
    learning: TrendView | None
    retention: TrendView | None
    people_table: TextTable
    people_note: str
    readings: tuple[str, ...]
    design_name: str
    design_lines: tuple[tuple[str, str, bool], ...]
    left_out_table: TextTable
    details_table: TextTable
    cannot_show: tuple[str, ...]


def make_comparison_view(comparison: Comparison) -> ComparisonView:
    time = comparison.time
    headline = HEADLINES[comparison.word]
    if comparison.district is not None:
        headline = speak_of_teams(headline)
    typical = _typical(time.ratio)
    return ComparisonView(
        headline=headline,
        verdict=comparison.verdict.removeprefix(headline).strip(),
        is_good=comparison.word is Verdict.IMPROVED,
        has_pairs=bool(comparison.pairs),
        time_sentence=comparison.time_sentence,
        accuracy_sentence=comparison.accuracy_sentence,
        checks_sentence=comparison.checks_sentence,
        not_in_it=comparison.not_in_it,
        facts=_write_facts(comparison, typical),
        cautions=comparison.warnings,
        time_points=_time_points(comparison.pairs),
        time_typical=typical,
        time_table=make_time_table(comparison.pairs),
        curve=(*_curve_steps("Before", time.before_curve), *_curve_steps("After", time.after_curve)),
        limit_s=time.before_curve.end_s if time.before_curve else 0.0,
        share_table=make_share_table(time),
        at_risk_table=make_at_risk_table(time),
        measures=tuple(_measure_view(report, comparison.pairs) for report in comparison.accuracy),
        accuracy_table=make_accuracy_table(comparison.accuracy, comparison.deciding),
        task_types=make_task_type_view(comparison),
        schools=make_school_view(comparison),
        learning=make_learning_view(comparison),
        retention=make_retention_view(comparison),
        people_table=make_people_table(() if comparison.district else comparison.people),
        people_note="" if comparison.district else comparison.people_note,
        readings=list_readings(comparison),
        design_name=comparison.design.design.value,
        design_lines=tuple(
            (check.question, check.sentence, check.finding is Finding.FINE) for check in comparison.design.checks
        ),
        left_out_table=make_left_out_table(comparison.design.left_out),
        details_table=make_details_table(comparison),
        cannot_show=comparison.cannot_show,
    )


def _typical(ratio: Result) -> tuple[float, float] | None:
    if ratio.estimate is None:
        return None
    return float(ratio.settings["typical_before_s"]), float(ratio.settings["typical_after_s"])


def _write_facts(comparison: Comparison, typical: tuple[float, float] | None) -> tuple[tuple[str, str], ...]:
    if not comparison.pairs or comparison.deciding is None:
        return ()
    groups, means = comparison.groups, comparison.time.restricted_mean
    before, after = comparison.time.timed_out
    if groups is not None:
        return (
            ("People trained", str(groups.trained_people)),
            ("Their mean change", write_seconds(groups.trained_time)),
            ("People who waited", str(groups.waiting_people)),
            ("Their mean change", write_seconds(groups.waiting_time)),
            ("Trained, out of time", f"{before} before, {after} after"),
        )
    facts = [("People compared", str(len(comparison.pairs)))]
    if comparison.deciding.time_by == "mean" and means is not None:
        facts += [
            (f"Mean time {when}", write_time(side.estimate or 0.0))
            for when, side in (("before", means.before), ("after", means.after))
        ]
    elif typical is not None:
        facts += [("Typical time before", write_time(typical[0])), ("Typical time after", write_time(typical[1]))]
    facts.append(("Ran out of time", f"{before} before, {after} after"))
    if comparison.design.profile is not None:
        options = describe_options(read_options((comparison.design.options or "").split()))
        facts.append(("Console", f"{get_card(ProfileName(comparison.design.profile)).title} {options}".strip()))
    return tuple(facts)


def _time_points(pairs: tuple[Pair, ...]) -> tuple[SlopePoint, ...]:
    return tuple(
        SlopePoint(
            person=pair.person_id,
            phase=phase,
            value=side.limit_s if side.time_s is None else side.time_s,
            is_time_out=side.time_s is None,
            text=write_side(side),
        )
        for pair in pairs
        for phase, side in (("Before", pair.before), ("After", pair.after))
    )


def _curve_steps(phase: str, curve: Curve | None) -> tuple[CurveStep, ...]:
    if curve is None:
        return ()
    kept = _thin(curve)
    steps = [(curve.time_s[at], curve.share[at], curve.lower[at], curve.upper[at]) for at in kept]
    steps.append((curve.end_s, *steps[-1][1:]))
    return tuple(
        CurveStep(phase=phase, time_s=time_s, share=share, lower=lower, upper=upper)
        for time_s, share, lower, upper in steps
    )


def _thin(curve: Curve) -> list[int]:
    """Return which steps to draw: all, or of very many the last before each of `MOST_STEPS` even times."""
    count = len(curve.time_s)
    if count <= MOST_STEPS:
        return list(range(count))
    even = (curve.end_s * place / MOST_STEPS for place in range(MOST_STEPS + 1))
    return sorted({bisect_right(curve.time_s, time_s) - 1 for time_s in even})


def _measure_view(report: MeasureReport, pairs: tuple[Pair, ...]) -> MeasureView:
    is_seconds = report.measure == "wrong_person_s"
    scale, unit = (1.0, "seconds") if is_seconds else (100.0, "%")
    points = []
    for pair in pairs:
        if report.measure in pair.before.accuracy and report.measure in pair.after.accuracy:
            for phase, side in (("Before", pair.before), ("After", pair.after)):
                value = scale * side.accuracy[report.measure]
                points.append(
                    SlopePoint(
                        person=pair.person_id,
                        phase=phase,
                        value=value,
                        is_time_out=False,
                        text=f"{value:.0f} s" if is_seconds else f"{value:.0f}%",
                    )
                )
    return MeasureView(label=MEASURE_LABELS[report.measure], unit=unit, points=tuple(points))


def list_tables(view: ComparisonView) -> tuple[TextTable, ...]:
    further = (view.task_types, view.schools, view.learning, view.retention)
    tables = (
        view.time_table,
        view.share_table,
        view.at_risk_table,
        view.accuracy_table,
        *(each.table for each in further if each is not None),
        view.people_table,
        view.left_out_table,
        view.details_table,
    )
    return tuple(table for table in tables if table.rows and len(table.header) > 1)
