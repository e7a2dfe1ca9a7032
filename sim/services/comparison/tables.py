"""The comparison's tables of text, as shown beside the pictures, on paper and as downloaded."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from sim.compare.comparison import Comparison, Group, Person, Side
from sim.compare.later import Part, PersonChange, Point
from sim.compare.left_out import RETENTION_REASON
from sim.compare.result import LEVEL, Result
from sim.compare.verdict import STRICT
from sim.compare.wording import say_points, say_share_change
from sim.tasks import name_task_type
from sim.text.tables import TextTable, write_time

MEASURE_LABELS: Mapping[str, str] = {
    "idf1": "Match with the actual path",
    "appearance_recall": "Appearances found",
    "appearance_precision": "Correct marks",
    "wrong_person_s": "Time on the wrong person",
}
GROUP_LABELS = {"trained": "Trained", "waiting": "Waited", "": "Everyone compared"}
NONE = "none"


def list_tables(comparison: Comparison) -> tuple[TextTable, ...]:
    """Return every table that has rows; below 3 people of a group those alone that describe nobody."""
    left_out = TextTable(
        name="left-out",
        header=("Person", "Drills", "Why"),
        rows=tuple(
            (out.person_id, str(out.attempts), out.reason)
            for out in comparison.left.left_out
            if out.reason != RETENTION_REASON
        ),
    )
    tables = (make_flow_table(comparison), make_plan_table(comparison), left_out)
    described = (
        ()
        if not comparison.is_described
        else (
            make_groups_table(comparison.groups),
            make_people_table(comparison.people),
            make_curve_table(comparison),
            make_accuracy_table(comparison),
            make_parts_table(comparison.by_task_type, name="task-types", label="Kind of task"),
            make_parts_table(comparison.by_school, name="schools", label="School"),
            make_learning_table(comparison.learning),
            make_retention_table(comparison.retention),
            make_changes_table(comparison.changes),
            make_details_table(comparison),
        )
    )
    return tuple(table for table in (*tables, *described) if table.rows)


def make_groups_table(groups: Sequence[Group]) -> TextTable:
    """Return the baseline of both groups and what they did after, side by side."""
    has_times = all(group.typical_s is not None for group in groups)
    times = [map(write_time, group.typical_s or ()) for group in groups]
    rows = (
        ("People", [(str(group.people),) * 2 for group in groups]),
        *((("Time to a right answer", times),) if has_times else ()),
        *((("Drills passed", [map(_write_share, group.passed) for group in groups]),) if has_times else ()),
        ("Match", [map(_write_share, group.match) if group.match else ("-", "-") for group in groups]),
    )
    return TextTable(
        name="groups",
        header=("", *chain.from_iterable(_head(group, several=len(groups) > 1) for group in groups)),
        rows=tuple((label, *chain.from_iterable(each)) for label, each in rows),
    )


def _head(group: Group, *, several: bool) -> tuple[str, str]:
    return (f"{GROUP_LABELS[group.name]}, before", "after") if several else ("Before", "After")


def _write_share(share: float) -> str:
    return f"{100 * share:.0f}%"


def make_flow_table(comparison: Comparison) -> TextTable:
    names = [GROUP_LABELS[group.name] for group in comparison.groups] if len(comparison.groups) > 1 else ["People"]
    width = max((len(stage.counts) for stage in comparison.flow), default=1)
    return TextTable(
        name="flow",
        header=("Step", *(names if len(names) == width else ["Trained", "Waited"][:width]), "Why fewer"),
        rows=tuple((stage.name, *map(str, stage.counts), stage.lost) for stage in comparison.flow),
    )


def make_plan_table(comparison: Comparison) -> TextTable:
    """Return what was planned beside what was done; without rows where there was no plan."""
    plan, groups = comparison.plan, comparison.groups
    drills = comparison.facts.drills

    def count(side: int) -> str:
        if not len(drills):
            return "0"
        fewest, most = int(drills[:, side].min()), int(drills[:, side].max())
        return str(fewest) if fewest == most else f"{fewest} to {most}"

    change = comparison.effects.time.estimate
    trained = comparison.flow[0].counts[0] if len(groups) > 1 else plan.people
    rows = (
        ("People", plan.people, str(sum(group.people for group in groups))),
        ("Drills before", plan.before, count(0)),
        ("Drills after", plan.after, count(1)),
        ("Came to the training", trained if plan.attended is not None else None, str(plan.attended)),
        ("Day of the comparison", plan.compare_on and f"{plan.compare_on:%b} {plan.compare_on.day}", "this report"),
        (
            "Smallest change worth having",
            plan.smallest and f"{100 * plan.smallest:.0f}% less time",
            "not known" if change is None else say_share_change(change),
        ),
    )
    kept = tuple((name, str(planned), done) for name, planned, done in rows if planned is not None)
    return TextTable(name="plan", header=("", "Planned", "Done"), rows=kept if len(kept) > 1 else ())


def write_side(side: Side) -> str:
    """Return what somebody did on one side: "5:12", and how many drills were passed where not all were."""
    if side.time_s is None:
        return "not known"
    told = write_time(side.time_s)
    return told if side.passed == side.drills else f"{told} ({side.passed} of {side.drills} passed)"


def make_people_table(people: Sequence[Person]) -> TextTable:
    return TextTable(
        name="times",
        header=("Person", "Before", "After"),
        rows=tuple((person.person_id, write_side(person.before), write_side(person.after)) for person in people),
    )


def make_curve_table(comparison: Comparison) -> TextTable:
    """Return the share found by round times, with intervals, of those trained or of everybody."""
    curves = comparison.curve[:2]
    if not curves:
        return TextTable(name="found", header=("Found by", "Before", "After"), rows=())
    step = (len(curves[0].at_s) - 1) // 6
    return TextTable(
        name="found",
        header=("Found by", "Before", "After"),
        rows=tuple(
            (
                write_time(float(curves[0].at_s[at])),
                *(
                    f"{100 * curve.share[at]:.0f}% ({100 * max(0.0, curve.share[at] - curve.half[at]):.0f} to "
                    f"{100 * min(1.0, curve.share[at] + curve.half[at]):.0f}%)"
                    for curve in curves
                ),
            )
            for at in range(step, len(curves[0].at_s), step)
        ),
    )


def make_accuracy_table(comparison: Comparison) -> TextTable:
    rows = []
    for name, result in comparison.accuracy.items():
        is_seconds = name == "wrong_person_s"
        if result.estimate is not None:
            label = MEASURE_LABELS[name] + (" (less is better)" if is_seconds else "")
            rows.append((label, *_write_change(result, is_seconds=is_seconds)))
    return TextTable(name="accuracy", header=("Measure", "Own change", "95% interval"), rows=tuple(rows))


def _write_change(result: Result, *, is_seconds: bool = False) -> tuple[str, str]:
    """Return a difference and its interval with their signs: "+8 points", "−2 to +18"."""

    def sign(value: float) -> str:
        number = round(value if is_seconds else 100.0 * value)
        return f"{'+' if number > 0 else chr(0x2212) if number < 0 else ''}{abs(number)}"

    if result.estimate is None:
        return NONE, NONE
    bounds = NONE if result.interval is None else " to ".join(map(sign, result.interval))
    return f"{sign(result.estimate)} {'s' if is_seconds else 'points'}", bounds


def write_ratio(result: Result | None) -> str:
    """Return a ratio of times as a change: "28% less"; "none" without one."""
    return NONE if result is None or result.estimate is None else say_share_change(result.estimate)


def write_ratio_range(result: Result | None) -> str:
    """Return the interval of a ratio of times: "40% less to 5% more"."""
    if result is None or result.interval is None:
        return NONE
    return "{} to {}".format(*map(say_share_change, result.interval))


def write_points(result: Result | None) -> str:
    """Return a difference of shares: "12 points higher"."""
    return NONE if result is None or result.estimate is None else say_points(result.estimate)


def _write_both(time: Result | None, match: Result | None) -> tuple[str, str, str, str]:
    return write_ratio(time), write_ratio_range(time), *(_write_change(match) if match else (NONE, NONE))


def make_parts_table(parts: Sequence[Part], *, name: str, label: str) -> TextTable:
    return TextTable(
        name=name,
        header=(label, "People", "Drills", "Time", "95% interval", "Match", "95% interval"),
        rows=tuple(
            (
                name_task_type(part.name) if name == "task-types" else part.name,
                str(part.people),
                str(part.drills),
                *(_write_both(part.time, part.match) if part.time else ("too few", NONE, "too few", NONE)),
            )
            for part in parts
        ),
    )


def write_mean_time(result: Result) -> str:
    """Return a mean time with its interval: "3:58 (3:10 to 4:58)"."""
    if result.estimate is None:
        return NONE
    bounds = "" if result.interval is None else " ({} to {})".format(*map(write_time, result.interval))
    return write_time(result.estimate) + bounds


def write_mean_share(result: Result) -> str:
    """Return a mean share with its interval: "73% (65 to 80%)"."""
    if result.estimate is None:
        return NONE
    lower, upper = result.interval or (None, None)
    bounds = "" if lower is None or upper is None else f" ({100 * lower:.0f} to {100 * upper:.0f}%)"
    return f"{100 * result.estimate:.0f}%{bounds}"


def make_learning_table(points: Sequence[Point]) -> TextTable:
    return TextTable(
        name="drill-by-drill",
        header=("Drill", "When", "People", "Time (95% interval)", "Match (95% interval)"),
        rows=tuple(
            (point.label, point.series, str(point.time.n), write_mean_time(point.time), write_mean_share(point.match))
            for point in points
        ),
    )


def make_retention_table(points: Sequence[Point]) -> TextTable:
    return TextTable(
        name="later",
        header=("When", "People", "Time", "Against right after", "Against before", "Match", "Against before"),
        rows=tuple(
            (
                point.label,
                str(point.time.n),
                write_mean_time(point.time),
                write_ratio(point.time_from_after),
                write_ratio(point.time_from_before),
                write_mean_share(point.match),
                write_points(point.match_from_before),
            )
            for point in points
        ),
    )


def read_as(result: Result | None, *, is_ratio: bool) -> str:
    """Return how the change of one person is read."""
    if result is None or result.interval is None:
        return "too few drills to say"
    lower, upper = result.interval
    nothing = 1.0 if is_ratio else 0.0
    if lower <= nothing <= upper:
        return "no clear change"
    return "better, beyond chance" if (upper < nothing) is is_ratio else "worse, beyond chance"


def make_changes_table(people: Sequence[PersonChange]) -> TextTable:
    return TextTable(
        name="people",
        header=("Person", "Time", "95% interval", "Read as", "Match", "95% interval", "Read as"),
        rows=tuple(
            (
                person.person_id,
                write_ratio(person.time),
                write_ratio_range(person.time),
                read_as(person.time, is_ratio=True),
                *(_write_change(person.match) if person.match else (NONE, NONE)),
                read_as(person.match, is_ratio=False),
            )
            for person in people
        ),
    )


def make_details_table(comparison: Comparison) -> TextTable:
    """Return every number with its interval, people and method, for anyone who checks them."""
    return TextTable(
        name="details",
        header=("Number", "Estimate", "Interval", "People", "Method and notes"),
        rows=tuple(
            (
                name,
                NONE if result.estimate is None else f"{result.estimate:.3f}",
                _write_plain_range(result),
                str(result.n),
                ". ".join((result.method, *result.warnings)),
            )
            for name, result in _list_results(comparison)
            if result is not None
        ),
    )


def _list_results(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    effects = comparison.effects
    lead = "Trained against waiting: " if effects.has_waiting else "After less before: "
    yield f"{lead}ratio of times to a right answer", effects.time
    yield f"The same at {100 * STRICT:.0f}%, for worse", effects.time_strict
    if effects.has_waiting:
        yield "Trained alone: ratio of times", effects.own
    yield "Middle ratio of times, by signed rank", effects.own_rank
    yield f"{lead}match", effects.match
    yield f"{lead}share of drills passed", effects.passed
    yield "Ratio of times beyond practice", effects.practice
    for name, result in comparison.accuracy.items():
        yield f"{MEASURE_LABELS[name]}, own change", result


def _write_plain_range(result: Result) -> str:
    if result.interval is None:
        return NONE
    lower, upper = result.interval
    return f"{lower:.3f} to {upper:.3f} ({100 * float(result.settings.get('level', LEVEL)):.1f}%)"
