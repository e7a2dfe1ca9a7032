"""The comparison as a page draws it: sentences, tables of text, and the points of three charts."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.compare.both_together import Change, Word
from sim.compare.comparison import Comparison, MeasureReport, Pair, PersonSide, TimeReport
from sim.compare.design import Finding
from sim.compare.result import LEVEL, Result
from sim.compare.survival import Curve
from sim.compare.wording import HEADLINES

MEASURE_LABELS: Mapping[str, str] = {
    "idf1": "Agreement with the true trail",
    "leg_recall": "Stretches found",
    "leg_precision": "Marks that were right",
    "wrong_person_s": "Time on the wrong person",
}
_CHANGES: Mapping[Change, str] = {
    Change.BETTER: "better",
    Change.WORSE: "worse",
    Change.UNCLEAR: "no clear change",
    Change.UNKNOWN: "too few to say",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table of words and numbers, as shown and as downloaded."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
        facts: name and value, side by side under the verdict.
        time_points, time_typical: the paired times, and the typical ones (before, after) or None.
        curve: steps of both curves; `limit_s` is where they end.
        *_table: the table beside each chart; `at_risk_table` belongs to the curve.
        measures: the accuracy pairs, main measure first.
        design_lines: what was checked, "fine" first or with its concern.
        left_out_table: attempts that were not used.
        details_table: method, n and p, for whoever checks the numbers.
    """

    headline: str
    verdict: str
    is_good: bool
    has_pairs: bool
    time_sentence: str
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
    design_lines: tuple[tuple[str, str, bool], ...]
    left_out_table: TextTable
    details_table: TextTable
    cannot_show: tuple[str, ...]


def make_comparison_view(comparison: Comparison, *, labels: Mapping[str, str]) -> ComparisonView:
    """Return the view; `labels` gives the name to show for each person_id (itself when missing)."""
    time = comparison.time
    headline = HEADLINES[comparison.word]
    typical = _typical(time.ratio)
    return ComparisonView(
        headline=headline,
        verdict=comparison.verdict.removeprefix(headline).strip(),
        is_good=comparison.word is Word.IMPROVED,
        has_pairs=bool(comparison.pairs),
        time_sentence=comparison.time_sentence,
        facts=_write_facts(comparison, typical),
        cautions=comparison.warnings,
        time_points=_time_points(comparison.pairs, labels),
        time_typical=typical,
        time_table=_time_table(comparison.pairs, labels),
        curve=(*_curve_steps("Before", time.before_curve), *_curve_steps("After", time.after_curve)),
        limit_s=time.before_curve.end_s if time.before_curve else 0.0,
        share_table=_share_table(time),
        at_risk_table=_at_risk_table(time),
        measures=tuple(_measure_view(report, comparison.pairs, labels) for report in comparison.accuracy),
        accuracy_table=_accuracy_table(comparison.accuracy),
        design_lines=tuple(
            (check.question, check.sentence, check.finding is Finding.FINE) for check in comparison.design.checks
        ),
        left_out_table=TextTable(
            name="left-out",
            header=("Person", "Drills", "Why"),
            rows=tuple(
                (labels.get(out.person_id, out.person_id), str(out.attempts), out.reason)
                for out in comparison.design.left_out
            ),
        ),
        details_table=_details_table(comparison),
        cannot_show=comparison.cannot_show,
    )


def write_time(seconds: float) -> str:
    """Return a drill time as minutes and seconds: 312.4 gives "5:12"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


def _typical(ratio: Result) -> tuple[float, float] | None:
    if ratio.estimate is None:
        return None
    return float(ratio.settings["typical_before_s"]), float(ratio.settings["typical_after_s"])


def _write_facts(comparison: Comparison, typical: tuple[float, float] | None) -> tuple[tuple[str, str], ...]:
    if not comparison.pairs:
        return ()
    facts = [("People compared", str(len(comparison.pairs)))]
    if typical is not None:
        facts += [("Typical time before", write_time(typical[0])), ("Typical time after", write_time(typical[1]))]
    before, after = comparison.time.timed_out
    facts.append(("Ran out of time", f"{before} before, {after} after"))
    return tuple(facts)


def _time_points(pairs: tuple[Pair, ...], labels: Mapping[str, str]) -> tuple[SlopePoint, ...]:
    return tuple(
        SlopePoint(
            person=labels.get(pair.person_id, pair.person_id),
            phase=phase,
            value=side.limit_s if side.time_s is None else side.time_s,
            is_time_out=side.time_s is None,
            text=_write_side(side),
        )
        for pair in pairs
        for phase, side in (("Before", pair.before), ("After", pair.after))
    )


def _write_side(side: PersonSide) -> str:
    if side.time_s is None:
        return f"ran out of time ({write_time(side.limit_s)})"
    text = write_time(side.time_s)
    return text if side.finished == side.attempts else f"{text} ({side.finished} of {side.attempts} finished)"


def _time_table(pairs: tuple[Pair, ...], labels: Mapping[str, str]) -> TextTable:
    rows = tuple(
        (labels.get(pair.person_id, pair.person_id), _write_side(pair.before), _write_side(pair.after))
        for pair in pairs
    )
    return TextTable(name="times", header=("Person", "Before", "After"), rows=rows)


def _curve_steps(phase: str, curve: Curve | None) -> tuple[CurveStep, ...]:
    if curve is None:
        return ()
    times = (*curve.time_s, curve.end_s)
    columns = ((*values, values[-1]) for values in (curve.share, curve.lower, curve.upper))
    return tuple(
        CurveStep(phase=phase, time_s=time_s, share=share, lower=lower, upper=upper)
        for time_s, share, lower, upper in zip(times, *columns, strict=True)
    )


def _share_table(time: TimeReport) -> TextTable:
    return TextTable(
        name="finished",
        header=("Finished by", "Before", "After"),
        rows=tuple(
            (write_time(share.at_s), _write_share(share.results.before), _write_share(share.results.after))
            for share in time.shares
        ),
    )


def _write_share(result: Result) -> str:
    if result.estimate is None or result.interval is None:
        return "not known"
    lower, upper = result.interval
    return f"{100 * result.estimate:.0f} % ({100 * lower:.0f} to {100 * upper:.0f} %)"


def _at_risk_table(time: TimeReport) -> TextTable:
    return TextTable(
        name="still-searching",
        header=("Still searching at", *(write_time(row.at_s) for row in time.at_risk)),
        rows=(
            ("Before", *(str(row.before) for row in time.at_risk)),
            ("After", *(str(row.after) for row in time.at_risk)),
        ),
    )


def _measure_view(report: MeasureReport, pairs: tuple[Pair, ...], labels: Mapping[str, str]) -> MeasureView:
    is_seconds = report.measure == "wrong_person_s"
    scale, unit = (1.0, "seconds") if is_seconds else (100.0, "%")
    points = []
    for pair in pairs:
        if report.measure in pair.before.accuracy and report.measure in pair.after.accuracy:
            for phase, side in (("Before", pair.before), ("After", pair.after)):
                value = scale * side.accuracy[report.measure]
                points.append(
                    SlopePoint(
                        person=labels.get(pair.person_id, pair.person_id),
                        phase=phase,
                        value=value,
                        is_time_out=False,
                        text=f"{value:.0f} s" if is_seconds else f"{value:.0f} %",
                    )
                )
    return MeasureView(label=MEASURE_LABELS[report.measure], unit=unit, points=tuple(points))


def _accuracy_table(accuracy: tuple[MeasureReport, ...]) -> TextTable:
    rows = []
    for report in accuracy:
        is_seconds = report.measure == "wrong_person_s"
        rows.append(
            (
                MEASURE_LABELS[report.measure] + (" (less is better)" if is_seconds else ""),
                _write_difference(report.difference, is_seconds=is_seconds),
                _write_range(report.difference, is_seconds=is_seconds),
                _CHANGES[report.change],
            )
        )
    return TextTable(
        name="accuracy", header=("Measure", "Typical change", "95 % interval", "Read as"), rows=tuple(rows)
    )


def _write_signed(value: float, *, is_seconds: bool) -> str:
    number = round(value if is_seconds else 100.0 * value)
    sign = "+" if number > 0 else "\N{MINUS SIGN}" if number < 0 else "\N{PLUS-MINUS SIGN}"
    return f"{sign}{abs(number)}"


def _write_difference(result: Result, *, is_seconds: bool) -> str:
    if result.estimate is None:
        return "not defined"
    return f"{_write_signed(result.estimate, is_seconds=is_seconds)} {'s' if is_seconds else 'points'}"


def _write_range(result: Result, *, is_seconds: bool) -> str:
    if result.interval is None:
        return "none"
    lower, upper = (_write_signed(bound, is_seconds=is_seconds) for bound in result.interval)
    level = float(result.settings["level"])
    return f"{lower} to {upper}" if level >= LEVEL else f"{lower} to {upper} (a {100 * level:.0f} % interval only)"


def _details_table(comparison: Comparison) -> TextTable:
    time = comparison.time
    named = [("Ratio of typical times, after / before", time.ratio)]
    if time.restricted_mean_change is not None and time.restricted_mean is not None:
        limit = write_time(float(time.restricted_mean_change.settings["limit_s"]))
        named += [
            (f"Mean time up to {limit}, before (s)", time.restricted_mean.before),
            (f"Mean time up to {limit}, after (s)", time.restricted_mean.after),
            ("Its change, everyone counted (s)", time.restricted_mean_change),
        ]
    named += [(f"{MEASURE_LABELS[report.measure]}, change", report.difference) for report in comparison.accuracy]
    return TextTable(
        name="details",
        header=("Number", "Estimate", "Interval", "p", "People", "Method", "Notes"),
        rows=tuple(
            (
                name,
                "none" if result.estimate is None else f"{result.estimate:.3f}",
                _write_plain_range(result),
                "none" if result.p is None else f"{result.p:.3f}" if result.p >= 0.001 else "under 0.001",
                str(result.n),
                result.method,
                " ".join(result.warnings),
            )
            for name, result in named
        ),
    )


def _write_plain_range(result: Result) -> str:
    if result.interval is None:
        return "none"
    lower, upper = result.interval
    return f"{lower:.3f} to {upper:.3f} ({100 * float(result.settings['level']):.1f} %)"
