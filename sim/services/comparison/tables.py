"""The comparison's tables of text, as shown beside the charts and as downloaded."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sim.compare.checks.left_out import LeftOut
from sim.compare.content.comparison import (
    Change,
    Comparison,
    Deciding,
    MeasureReport,
    Pair,
    PersonChange,
    PersonSide,
    TimeReport,
)
from sim.compare.content.wording import say_share_change
from sim.compare.statistics.result import LEVEL, Result
from sim.tasks import name_task_type
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


def make_time_table(pairs: tuple[Pair, ...]) -> TextTable:
    rows = tuple((pair.person_id, write_side(pair.before), write_side(pair.after)) for pair in pairs)
    return TextTable(name="times", header=("Person", "Before", "After"), rows=rows)


def make_share_table(time: TimeReport) -> TextTable:
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
                _write_measure_range(result, is_seconds=is_seconds),
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


def _write_measure_range(result: Result, *, is_seconds: bool) -> str:
    if result.interval is None:
        return "none"
    lower, upper = (_write_signed(bound, is_seconds=is_seconds) for bound in result.interval)
    level = float(result.settings["level"])
    return f"{lower} to {upper}" if level >= LEVEL else f"{lower} to {upper} (a {100 * level:.0f}% interval only)"


def make_left_out_table(left_out: tuple[LeftOut, ...]) -> TextTable:
    rows = tuple((out.person_id, str(out.attempts), out.reason) for out in left_out)
    return TextTable(name="left-out", header=("Person", "Drills", "Why"), rows=rows)


NONE = "none"
MINUS = "\N{MINUS SIGN}"


def write_ratio(result: Result | None) -> str:
    """Return a ratio of times as a change: "28% less"; "none" without one."""
    return NONE if result is None or result.estimate is None else say_share_change(result.estimate)


def write_ratio_range(result: Result | None) -> str:
    """Return the interval of a ratio of times: "from 40% less to 5% more"."""
    if result is None or result.interval is None:
        return NONE
    lower, upper = (say_share_change(bound) for bound in result.interval)
    return f"from {lower} to {upper}{_write_level(result)}"


def write_points(result: Result | None) -> str:
    """Return a difference of shares in points with its sign: "+12 points"."""
    return NONE if result is None or result.estimate is None else f"{_sign(100.0 * result.estimate)} points"


def write_points_range(result: Result | None) -> str:
    return _write_range(result, scale=100.0)


def write_seconds(result: Result | None) -> str:
    """Return a difference of times in seconds with its sign: "−35 s"."""
    return NONE if result is None or result.estimate is None else f"{_sign(result.estimate)} s"


def write_seconds_range(result: Result | None) -> str:
    return _write_range(result, scale=1.0)


def write_mean_time(result: Result | None) -> str:
    """Return a mean time with its interval: "4:10 (3:20 to 5:00)"."""
    if result is None or result.estimate is None:
        return NONE
    text = write_time(result.estimate)
    if result.interval is None:
        return text
    lower, upper = (write_time(max(bound, 0.0)) for bound in result.interval)
    return f"{text} ({lower} to {upper})"


def write_mean_share(result: Result | None) -> str:
    """Return a mean share with its interval: "72% (60 to 84%)"."""
    if result is None or result.estimate is None:
        return NONE
    text = f"{100.0 * result.estimate:.0f}%"
    if result.interval is None:
        return text
    lower, upper = (100.0 * bound for bound in result.interval)
    return f"{text} ({_round(lower)} to {_round(upper)}%)"


def _write_range(result: Result | None, *, scale: float) -> str:
    if result is None or result.interval is None:
        return NONE
    lower, upper = (_sign(scale * bound) for bound in result.interval)
    return f"{lower} to {upper}{_write_level(result)}"


def _write_level(result: Result) -> str:
    level = float(result.settings.get("level", LEVEL))
    return "" if level >= LEVEL else f" (a {100 * level:.0f}% interval only)"


def _sign(value: float) -> str:
    number = round(value)
    return f"+{number}" if number > 0 else _round(value) if number else "\N{PLUS-MINUS SIGN}0"


def _round(value: float) -> str:
    number = round(value)
    return f"{MINUS}{-number}" if number < 0 else str(number)


READ_AS: Mapping[Change, str] = {
    Change.BETTER: "better, beyond chance",
    Change.WORSE: "worse, beyond chance",
    Change.UNCLEAR: "no clear change",
    Change.UNKNOWN: "too few drills to say",
}


def make_people_table(people: tuple[PersonChange, ...]) -> TextTable:
    return TextTable(
        name="people",
        header=("Person", "Time", "95% interval", "Read as", "Accuracy", "95% interval", "Read as"),
        rows=tuple(
            (
                person.person_id,
                write_ratio(person.time),
                write_ratio_range(person.time),
                READ_AS[person.time_change],
                write_points(person.accuracy),
                write_points_range(person.accuracy),
                READ_AS[person.accuracy_change],
            )
            for person in people
        ),
    )


HEADER = ("Number", "Estimate", "Interval", "p", "People", "Method", "Notes")


def make_details_table(comparison: Comparison) -> TextTable:
    rows = tuple(
        (
            name,
            "none" if result.estimate is None else f"{result.estimate:.3f}",
            _write_plain_range(result),
            "none" if result.p is None else f"{result.p:.3f}" if result.p >= 0.001 else "under 0.001",
            str(result.n),
            result.method,
            " ".join(result.warnings),
        )
        for name, result in _list_results(comparison)
        if result is not None
    )
    return TextTable(name="details", header=HEADER, rows=rows)


def _list_results(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    yield from _list_times(comparison.time)
    for measure in comparison.accuracy:
        label = MEASURE_LABELS[measure.measure]
        yield f"{label}, change", measure.difference
    yield from _list_practice(comparison)
    yield from _list_groups(comparison)
    yield from _list_district(comparison)
    for report in comparison.by_task_type:
        label = name_task_type(report.task_type)
        yield f"{label}: ratio of mean times", report.time
        yield f"{label}: change in match with the actual path", report.accuracy
    for point in comparison.learning:
        label = f"Drill {point.drill_number}, {point.phase}"
        yield f"{label}: mean time (s)", point.time
        yield f"{label}: match with the actual path", point.accuracy
    for later in comparison.retention:
        label = "Right after" if later.days == 0 else later.name
        yield f"{label}: mean time (s)", later.time
        yield f"{label}: match with the actual path", later.accuracy
        yield f"{label}: change in mean time (s)", later.time_change
        yield f"{label}: change in match with the actual path", later.accuracy_change


def _list_times(time: TimeReport) -> Iterator[tuple[str, Result | None]]:
    yield "Ratio of typical times, after / before", _withhold_range(time.ratio) if sum(time.timed_out) else time.ratio
    if time.restricted_mean is not None and time.restricted_mean_change is not None:
        limit = write_time(float(time.restricted_mean_change.settings["limit_s"]))
        yield f"Mean time up to {limit}, before (s)", time.restricted_mean.before
        yield f"Mean time up to {limit}, after (s)", time.restricted_mean.after
        yield "Its change, everyone counted (s)", time.restricted_mean_change
    for share in time.shares:
        yield f"Share finished by {write_time(share.at_s)}, before", share.results.before
        yield f"Share finished by {write_time(share.at_s)}, after", share.results.after


def _withhold_range(ratio: Result) -> Result:
    """Return the ratio of those who finished alone: once anybody ran out of time its interval would be too narrow."""
    note = "Of finished drills only, so without interval and p: the change of the mean time counts everyone."
    return replace(ratio, interval=None, p=None, warnings=(*ratio.warnings, note))


def _list_practice(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    if comparison.practice is not None:
        yield "Practice before the training, ratio of times", comparison.practice.gain
        yield "Change beyond practice, ratio of times", comparison.practice.beyond
        yield "Practice before the training, accuracy", comparison.practice.accuracy_gain
        yield "Change beyond practice, accuracy", comparison.practice.accuracy_beyond


def _list_groups(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    groups = comparison.groups
    if groups is not None:
        trained, waiting = groups.trained.capitalize(), groups.waiting.capitalize()
        yield f"{trained}: change in mean time (s)", groups.trained_time
        yield f"{waiting}: change in mean time (s)", groups.waiting_time
        yield "Difference of these changes (s)", groups.time
        yield "Ratio of the groups' ratios of typical times", groups.ratio
        yield f"{trained}: change in accuracy", groups.trained_accuracy
        yield f"{waiting}: change in accuracy", groups.waiting_accuracy
        yield "Difference of the changes in accuracy", groups.accuracy


def _list_district(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    district = comparison.district
    if district is not None:
        yield "Over schools: ratio of typical times", district.ratio
        yield "Over schools: change in mean time (s)", district.time_change
        yield "Over schools: change in match with the actual path", district.accuracy


def _write_plain_range(result: Result) -> str:
    if result.interval is None:
        return "none"
    lower, upper = result.interval
    return f"{lower:.3f} to {upper:.3f} ({100 * float(result.settings.get('level', LEVEL)):.1f}%)"
