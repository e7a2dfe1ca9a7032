"""The comparison's tables of text, as shown beside the charts and as downloaded."""

from collections.abc import Mapping

from sim.compare.checks.left_out import LeftOut
from sim.compare.content.both_together import Change
from sim.compare.content.comparison import Deciding, MeasureReport, Pair, PersonSide, TimeReport
from sim.compare.statistics.result import LEVEL, Result
from sim.text.tables import TextTable, write_time

MEASURE_LABELS: Mapping[str, str] = {
    "idf1": "Match with the actual path",
    "appearance_recall": "Appearances found",
    "appearance_precision": "Correct marks",
    "wrong_person_s": "Time on the wrong person",
}
_CHANGES: Mapping[Change, str] = {
    Change.BETTER: "better",
    Change.WORSE: "worse",
    Change.UNCLEAR: "no clear change",
    Change.UNKNOWN: "too few to say",
}


def write_side(side: PersonSide) -> str:
    """Return what somebody did in a phase, by their typical time: "5:12", or that the time ran out."""
    if side.time_s is None:
        return f"ran out of time ({write_time(side.limit_s)})"
    text = write_time(side.time_s)
    return text if side.finished == side.attempts else f"{text} ({side.finished} of {side.attempts} finished)"


def make_time_table(pairs: tuple[Pair, ...], labels: Mapping[str, str]) -> TextTable:
    """Return everybody's time before and after; `labels` gives the names to show."""
    rows = tuple(
        (labels.get(pair.person_id, pair.person_id), write_side(pair.before), write_side(pair.after)) for pair in pairs
    )
    return TextTable(name="times", header=("Person", "Before", "After"), rows=rows)


def make_share_table(time: TimeReport) -> TextTable:
    """Return the share that had finished by some times, in percent with its interval."""
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
    return f"{100 * result.estimate:.0f}% ({100 * lower:.0f} to {100 * upper:.0f}%)"


def make_at_risk_table(time: TimeReport) -> TextTable:
    """Return how many were still searching, under the curve."""
    return TextTable(
        name="still-searching",
        header=("Still searching at", *(write_time(row.at_s) for row in time.at_risk)),
        rows=(
            ("Before", *(str(row.before) for row in time.at_risk)),
            ("After", *(str(row.after) for row in time.at_risk)),
        ),
    )


def make_accuracy_table(accuracy: tuple[MeasureReport, ...], deciding: Deciding | None) -> TextTable:
    """Return the change of every accuracy measure, in points or seconds; the first as it decided."""
    rows = []
    for place, report in enumerate(accuracy):
        is_seconds = report.measure == "wrong_person_s"
        over_schools = place == 0 and deciding is not None and deciding.over == "schools"
        result = deciding.accuracy if deciding is not None and over_schools else report.difference
        note = " (less is better)" if is_seconds else ", over schools" if over_schools else ""
        rows.append(
            (
                MEASURE_LABELS[report.measure] + note,
                _write_difference(result, is_seconds=is_seconds),
                _write_range(result, is_seconds=is_seconds),
                _CHANGES[report.change],
            )
        )
    return TextTable(name="accuracy", header=("Measure", "Typical change", "95% interval", "Read as"), rows=tuple(rows))


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
    return f"{lower} to {upper}" if level >= LEVEL else f"{lower} to {upper} (a {100 * level:.0f}% interval only)"


def make_left_out_table(left_out: tuple[LeftOut, ...], labels: Mapping[str, str]) -> TextTable:
    """Return the attempts that were not used, and why."""
    rows = tuple((labels.get(out.person_id, out.person_id), str(out.attempts), out.reason) for out in left_out)
    return TextTable(name="left-out", header=("Person", "Drills", "Why"), rows=rows)
