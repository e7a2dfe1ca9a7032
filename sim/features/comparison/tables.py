"""The comparison's tables of text, as shown beside the pictures, on paper and as downloaded."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain

from sim.compare.comparison import Comparison, Group, Person
from sim.compare.later import Part
from sim.compare.left_out import RETENTION_REASON
from sim.compare.result import Result
from sim.compare.wording import say_level, say_points, say_share_change
from sim.scoring.score_card import METRICS
from sim.tasks import name_task_type
from sim.text.tables import TextTable, write_time

MEASURE_LABELS: Mapping[str, str] = {
    key: METRICS[key].label for key in ("idf1", "appearance_recall", "appearance_precision", "wrong_person_s")
}
GROUP_LABELS = {"trained": "Trained", "waiting": "Waited", "": "Everyone compared"}
TABLE_TITLES: Mapping[str, str] = {
    "groups": "Before and after, side by side",
    "plan": "Planned and done",
    "times": "Time of each person",
    "found": "Share found, with 95% interval",
    "accuracy": "Change of accuracy",
    "task-types": "Change by kind of task",
    "schools": "Change by school",
    "drill-by-drill": "Drill by drill",
    "later": "Weeks and months later",
    "people": "Change of each person, beyond the practice that is to be expected",
    "left-out": "Drills that were not used",
    "remarks": "Remarks on drills that were used",
    "details": "Every number",
}
NONE = "none"


def list_tables(comparison: Comparison) -> tuple[TextTable, ...]:
    """Return every table that has rows; below 3 people of a group those alone that describe nobody."""
    left_out = (
        (out.person_id, str(out.attempts), out.reason)
        for out in comparison.left.left_out
        if out.reason != RETENTION_REASON
    )
    tables = [_make_flow(comparison), _make_plan(comparison), _make("left-out", ("Person", "Drills", "Why"), left_out)]
    if comparison.is_described:
        tables += [
            _make_groups(comparison.groups),
            *_list_people_tables(comparison),
            _make_parts(comparison.by_task_type, name="task-types", label="Kind of task"),
            _make_parts(comparison.by_school, name="schools", label="School"),
            *_list_later_tables(comparison),
            _make("remarks", ("Person", "When", "Remark"), _list_remarks(comparison)),
            _make_details(comparison),
        ]
    return tuple(table for table in tables if table.rows)


def _make(name: str, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> TextTable:
    return TextTable(name=name, header=header, rows=tuple(rows))


def _list_remarks(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    drills = comparison.left.rows
    for person_id, phase, remarks in zip(drills["person_id"], drills["phase"], drills["remarks"], strict=True):
        if remarks:
            yield person_id, phase.capitalize(), remarks


def _make_flow(comparison: Comparison) -> TextTable:
    names = ("People",) if len(comparison.flow[0].counts) == 1 else ("Trained", "Waited")
    rows = ((stage.name, *map(str, stage.counts), stage.lost) for stage in comparison.flow)
    return _make("flow", ("Step", *names, "Why fewer"), rows)


def _make_plan(comparison: Comparison) -> TextTable:
    """Return what was planned beside what was done; without rows where there was no plan."""
    plan, groups, drills = comparison.plan, comparison.groups, comparison.facts.drills

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
    return _make("plan", ("", "Planned", "Done"), kept if len(kept) > 1 else ())


def _make_groups(groups: Sequence[Group]) -> TextTable:
    rows: list[tuple[str, Sequence[Iterable[str]]]] = [("People", [(str(group.people),) * 2 for group in groups])]
    if all(group.typical_s is not None for group in groups):
        rows.append(("Time to a right answer", [map(write_time, group.typical_s or ()) for group in groups]))
        rows.append(("Drills passed", [map(_write_share, group.passed) for group in groups]))
    rows.append(("Match", [map(_write_share, group.match) if group.match else ("-", "-") for group in groups]))
    heads = [(f"{GROUP_LABELS[group.name]}, before", "after") for group in groups]
    header = ("", *chain.from_iterable(heads if len(groups) > 1 else [("Before", "After")]))
    return _make("groups", header, ((label, *chain.from_iterable(each)) for label, each in rows))


def _list_people_tables(comparison: Comparison) -> Iterator[TextTable]:
    times = ((each.person_id, *(_write_side(each, side) for side in (0, 1))) for each in comparison.people)
    yield _make("times", ("Person", "Before", "After"), times)
    curves, found = comparison.curve[:2], []
    if curves:
        at_s = curves[0].at_s
        step = (len(at_s) - 1) // 6
        for at in range(step, len(at_s), step):
            shares = [
                _write_share(share, (max(0.0, share - half), min(1.0, share + half)))
                for share, half in ((curve.share[at], curve.half[at]) for curve in curves)
            ]
            found.append((write_time(float(at_s[at])), *shares))
    yield _make("found", ("Found by", "Before", "After"), found)
    accuracy = (
        (MEASURE_LABELS[name] + " (less is better)" * (name == "wrong_person_s"), *_write_change(result, name))
        for name, result in comparison.accuracy.items()
        if result.estimate is not None
    )
    yield _make("accuracy", ("Measure", "Own change", "95% interval"), accuracy)


def _write_side(person: Person, side: int) -> str:
    """Return what somebody did on one side: "5:12", and how many drills were passed where not all were."""
    if person.time_s is None:
        return "not known"
    told, passed, drills = write_time(person.time_s[side]), person.passed[side], person.drills[side]
    return told if passed == drills else f"{told} ({passed} of {drills} passed)"


def _write_share(share: float, bounds: tuple[float, float] | None = None) -> str:
    """Return a share with its interval: "73% (65 to 80%)"."""
    told = f"{100 * share:.0f}%"
    return told if bounds is None else f"{told} ({100 * bounds[0]:.0f} to {100 * bounds[1]:.0f}%)"


def _write_change(result: Result, name: str) -> tuple[str, str]:
    """Return a difference and its interval with their signs: "+8 points", "\N{MINUS SIGN}2 to +18"."""
    scale = 1.0 if name == "wrong_person_s" else 100.0
    bounds = [write_signed(round(scale * bound)) for bound in result.interval or ()]
    change = round(scale * (result.estimate or 0.0))
    unit = "s" if name == "wrong_person_s" else "point" if abs(change) == 1 else "points"
    return f"{write_signed(change)} {unit}", " to ".join(bounds) or NONE


def write_signed(number: int) -> str:
    return f"{'+' if number > 0 else chr(0x2212) if number < 0 else ''}{abs(number)}"


def write_ratio(result: Result | None) -> str:
    """Return a ratio of times as a change: "28% less"; "none" without one."""
    return NONE if result is None or result.estimate is None else say_share_change(result.estimate)


def write_points(result: Result | None) -> str:
    """Return a difference of shares: "12 points higher"."""
    return NONE if result is None or result.estimate is None else say_points(result.estimate)


def _make_parts(parts: Sequence[Part], *, name: str, label: str) -> TextTable:
    is_types = name == "task-types"
    rows = (
        (
            name_task_type(part.name) if is_types else part.name,
            str(part.people),
            str(part.drills),
            _tell(part.time, say_share_change) if part.time else "too few",
            _tell(part.match, lambda share: write_signed(round(100.0 * share))) if part.time else "too few",
        )
        for part in parts
    )
    return _make(name, (label, "People", "Drills", "Time (95% interval)", "Match in points (95% interval)"), rows)


def _list_later_tables(comparison: Comparison) -> Iterator[TextTable]:
    learning = (
        (each.label, each.series, str(each.time.n), _tell(each.time, write_time), _tell(each.match, _write_share))
        for each in comparison.learning
    )
    yield _make("drill-by-drill", ("Drill", "When", "People", "Time (95% interval)", "Match (95% interval)"), learning)
    later = (
        (
            each.label,
            str(each.time.n),
            _tell(each.time, write_time),
            write_ratio(each.time_from_after),
            write_ratio(each.time_from_before),
            _tell(each.match, _write_share),
            write_points(each.match_from_before),
        )
        for each in comparison.retention
    )
    header = ("When", "People", "Time", "Against right after", "Against before", "Match", "Against before")
    yield _make("later", header, later)
    changes = (
        (
            each.person_id,
            _tell(each.time, say_share_change),
            read_as(each.time, is_ratio=True),
            _tell(each.match, lambda share: write_signed(round(100.0 * share))),
            read_as(each.match, is_ratio=False),
        )
        for each in comparison.changes
    )
    yield _make(
        "people", ("Person", "Time (95% interval)", "Read as", "Match in points (95% interval)", "Read as"), changes
    )


def _tell(result: Result | None, say: Callable[[float], str]) -> str:
    """Return a number with its interval: "3:58 (3:10 to 4:58)", "28% less (40% less to 5% more)"."""
    if result is None or result.estimate is None:
        return NONE
    bounds = " to ".join(map(say, result.interval or ()))
    return say(result.estimate) + (f" ({bounds})" if bounds else "")


def read_as(result: Result | None, *, is_ratio: bool) -> str:
    if result is None or result.interval is None:
        return "too few drills to say"
    lower, upper = result.interval
    nothing = 1.0 if is_ratio else 0.0
    if lower <= nothing <= upper:
        return "no clear change"
    return "better, beyond chance" if (upper < nothing) is is_ratio else "worse, beyond chance"


def _make_details(comparison: Comparison) -> TextTable:
    rows = (
        (
            name,
            NONE if result.estimate is None else f"{result.estimate:.3f}",
            f"{result.interval[0]:.3f} to {result.interval[1]:.3f} ({say_level(float(result.settings['level']))})"
            if result.interval
            else NONE,
            str(result.n),
            ". ".join((result.method, *result.warnings)),
        )
        for name, result in _list_results(comparison)
        if result is not None
    )
    return _make("details", ("Number", "Estimate", "Interval", "People", "Method and notes"), rows)


def _list_results(comparison: Comparison) -> Iterator[tuple[str, Result | None]]:
    effects = comparison.effects
    lead = "Trained against waiting: " if effects.has_waiting else "After less before: "
    yield f"{lead}ratio of times to a right answer", effects.time
    yield "The same, for worse", effects.time_strict
    if effects.has_waiting:
        yield "Trained alone: ratio of times", effects.own
    yield "Middle ratio of times, by signed rank", effects.own_rank
    yield f"{lead}match", effects.match
    yield f"{lead}share of drills passed", effects.passed
    yield "Ratio of times beyond practice", effects.practice
    for name, result in comparison.accuracy.items():
        yield f"{MEASURE_LABELS[name]}, own change", result
