"""The pictures of a comparison, for page and paper alike: what decides, and what stands beside it."""

import math
import textwrap
from collections.abc import Sequence

from sim.compare.comparison import Comparison, Person, Shares
from sim.compare.later import Part, Point
from sim.compare.result import Result
from sim.services.comparison.planning import CUTS, ENOUGH, PlanPower
from sim.services.comparison.svg import (
    BAND,
    DASHED,
    DOTTED,
    INK,
    LINE,
    MUTED,
    PAPER,
    TICK_PT,
    Axis,
    Picture,
    draw_area,
    draw_diamond,
    draw_dot,
    draw_foot_labels,
    draw_legend,
    draw_level_lines,
    draw_line,
    draw_mark,
    draw_path,
    draw_picture,
    draw_square,
    draw_triangle,
    find_ratio_bounds,
    is_first_of_two,
    list_percents,
    list_points,
    list_ratios,
    list_times,
    write,
    write_axis_title,
)
from sim.services.comparison.tables import GROUP_LABELS, write_points, write_ratio
from sim.tasks import name_task_type
from sim.text.tables import write_time
from sim.text.words import shorten

HEAD_PT, FOOT_PT, LEFT_PT = 22.0, 6.0, 32.0
MOST_MARKED = 60
PALE = "#8d99a8"
ROW_PT = 15.0
LINE_PT, SIGN_PT = 9.0, 3.7  # of the smallest print: from line to line, and a sign's mean width


def draw_slopes(people: Sequence[Person], *, limit_s: float, title: str, width_pt: float, height_pt: float) -> Picture:
    """Return everybody's time to a right answer, a line each from before to after; the broad line is a typical person.

    A triangle: no drill of that side was passed, so the limit stands for it. Nobody is named: the table has the ids.
    """
    lines = [(each, each.before.time_s, each.after.time_s) for each in people]
    known = [(each, first, second) for each, first, second in lines if first is not None and second is not None]
    y = Axis(low=0.0, high=limit_s * 1.03, start_pt=height_pt - FOOT_PT, end_pt=HEAD_PT)
    before, after = LEFT_PT + 16.0, width_pt - 20.0
    elements = [
        write((2, 8), title, size=TICK_PT, colour=MUTED),
        *draw_level_lines(y, list_times(limit_s, most=5), left_pt=LEFT_PT, right_pt=width_pt - 4.0),
        write((before, HEAD_PT - 3), "Before", anchor="middle", is_bold=True),
        write((after, HEAD_PT - 3), "After", anchor="middle", is_bold=True),
    ]
    is_few = len(known) <= MOST_MARKED
    for each, first, second in known:
        ends = ((before, y.place(first)), (after, y.place(second)))
        elements.append(draw_line(*ends, colour=MUTED if is_few else PALE, width=max(0.25, min(0.8, 12 / len(known)))))
        for at, side in zip(ends, (each.before, each.after), strict=True) if is_few else ():
            elements.append(draw_dot(at, radius=1.4) if side.passed else draw_triangle(at))
    if known:
        typical = [math.exp(sum(map(math.log, times)) / len(known)) for times in list(zip(*known, strict=True))[1:]]
        middle = [(before, y.place(typical[0])), (after, y.place(typical[1]))]
        elements += [draw_path(middle, colour=PAPER, width=5.5), draw_path(middle, colour=INK, width=3.0)]
    said = "; ".join(
        f"{each.person_id} {write_time(first)} to {write_time(second)}" for each, first, second in known[:12]
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=f"{title}, before and after: {said}.")


def draw_decides(comparison: Comparison, *, width_pt: float) -> Picture:
    """Return what decides with its intervals: time, the smallest change worth having, match with its margin, passed."""
    effects, plan = comparison.effects, comparison.plan
    shares = [value for each in (effects.match, effects.passed) for value in (each.estimate, *(each.interval or ()))]
    reach = min(1.0, 1.1 * max([plan.margin, 0.1, *(abs(value) for value in shares if value is not None)]))
    x_share = Axis(low=-reach, high=reach, start_pt=8.0, end_pt=width_pt - 8.0)
    elements: list[str] = []
    told = []
    if effects.time.estimate is not None:
        worth = [] if plan.smallest is None else [math.log1p(-plan.smallest)]
        low, high = find_ratio_bounds([effects.time], math.exp(min(worth, default=0.0)))
        x_time = Axis(low=math.log(low), high=math.log(high), start_pt=8.0, end_pt=width_pt - 8.0)
        told.append(("Time to a right answer", effects.time, write_ratio(effects.time), x_time, worth))
    told.append(("Match with the actual path", effects.match, write_points(effects.match), x_share, [-plan.margin]))
    if effects.passed.estimate is not None:
        told.append(("Drills passed", effects.passed, write_points(effects.passed), x_share, []))
    top = 0.0
    for number, (label, result, text, x, marked) in enumerate(told):
        y = top + 20.0
        elements += [
            write((8, top + 9), label),
            write((width_pt - 8, top + 9), text, anchor="end", is_bold=True),
            draw_line((x.place(0.0), y - 7), (x.place(0.0), y + 7), colour=MUTED),
            *(draw_line((x.place(at), y - 7), (x.place(at), y + 7), colour=INK, dash=DOTTED) for at in marked),
        ]
        values = [math.log(max(each, 1e-6)) for each in result.interval or ()] if x is not x_share else result.interval
        if values:
            ends = [(x.place(value), y) for value in values]
            elements.append(draw_line(ends[0], ends[1], colour=INK, width=1.6))
        if result.estimate is not None:
            elements.append(draw_diamond((x.place(result.estimate if x is x_share else math.log(result.estimate)), y)))
        top += 27.0
        if x is not x_share or number == len(told) - 1:
            ticks = list_points(reach) if x is x_share else list_ratios(low, high, width_pt=width_pt - 16.0)
            elements += draw_foot_labels(x, ticks, base_pt=top + 1)
            top += 18.0
    alt = "What decides. " + " ".join(f"{label}: {text}." for label, _, text, *_ in told)
    return draw_picture(elements, width_pt=width_pt, height_pt=top, alt=alt)


def draw_flow(comparison: Comparison, *, width_pt: float) -> Picture:
    """Return who was there at each step, and at each arrow why the others were not (CONSORT), one column a group."""
    stages = comparison.flow
    columns = max((len(stage.counts) for stage in stages), default=1)
    box_pt, gap_pt = 30.0, 8.0
    right = 1.0 + columns * (box_pt + gap_pt)
    elements = []
    if columns > 1:
        for column, name in enumerate(("Trained", "Waited")):
            at = (1.0 + column * (box_pt + gap_pt) + box_pt / 2, 8)
            elements.append(write(at, name, anchor="middle", size=TICK_PT, colour=MUTED))
    y, above = 10.0 if columns > 1 else 0.0, [0.0] * columns
    for number, stage in enumerate(stages):
        y += 4.0 if number else 2.0
        why = textwrap.wrap(stage.lost, int((width_pt - right - 12.0) / SIGN_PT))
        if why:
            elements.append(write((right, y + 6), "\N{RIGHTWARDS ARROW}", size=TICK_PT, colour=MUTED))
        for line in why:
            elements.append(write((right + 12, y + 6), line, size=TICK_PT, colour=MUTED))
            y += LINE_PT
        y += 2.0
        elements.append(write((right, y + 8.8), stage.name))
        for column, count in enumerate(stage.counts):
            x = 1.0 + column * (box_pt + gap_pt)
            # who waits does not come to the training: the arrow goes past it
            if not count and any(later.counts[column] for later in stages[number:]):
                continue
            if number:
                elements.append(draw_line((x + box_pt / 2, above[column]), (x + box_pt / 2, y), colour=MUTED))
            box = [(x, y), (x + box_pt, y), (x + box_pt, y + 12), (x, y + 12), (x, y)]
            elements += [draw_path(box, colour=MUTED), write((x + box_pt / 2, y + 8.8), str(count), anchor="middle")]
            above[column] = y + 12.0
        y += 12.0
    said = "; ".join(
        f"{stage.name} {' and '.join(map(str, stage.counts))}{f' ({stage.lost})' if stage.lost else ''}"
        for stage in stages
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=y + 4.0, alt=f"Who is compared. {said}.")


def draw_curves(curves: Sequence[Shares], *, limit_s: float, width_pt: float, height_pt: float) -> Picture:
    """Return the share of drills passed by each time: before dashed, after solid with its interval gray."""
    base = height_pt - 18.0
    x = Axis(low=0.0, high=limit_s, start_pt=LEFT_PT, end_pt=width_pt - 12.0)
    y = Axis(low=0.0, high=100.0, start_pt=base, end_pt=24.0)
    name = curves[0].group
    who = GROUP_LABELS[name] if name else ""
    elements = draw_legend(("Before", "After"), at=(x.start_pt + 4.4 * len(who), 9), with_marks=False)
    elements.append(write((2, 9), who, colour=MUTED))
    before, after = curves[0], curves[1]
    upper, lower = (
        [
            (x.place(at), y.place(100.0 * (share + sign * half)))
            for at, share, half in zip(after.at_s, after.share, after.half, strict=True)
        ]
        for sign in (1.0, -1.0)
    )
    elements.append(draw_area([*upper, *reversed(lower)], colour=BAND))
    elements += draw_level_lines(y, list_percents(), left_pt=x.start_pt, right_pt=x.end_pt)
    for curve, width, dash in ((after, 1.6, ""), (before, 1.4, DASHED)):
        points = [(x.place(at), y.place(100.0 * share)) for at, share in zip(curve.at_s, curve.share, strict=True)]
        elements.append(draw_path(points, colour=INK, width=width, dash=dash))
    elements += draw_foot_labels(x, list_times(limit_s, most=8), base_pt=base)
    alt = (
        f"{who or 'Everyone'}, found by when: by {write_time(limit_s)} {100 * before.share[-1]:.0f}% before and "
        f"{100 * after.share[-1]:.0f}% after."
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=alt)


def draw_forest(parts: Sequence[Part], total: Result, *, is_types: bool, width_pt: float) -> Picture:
    """Return the change in time of each part, everything together below; left of the dashed line is faster after."""
    rows = [(name_task_type(part.name) if is_types else part.name, part.people, part.time) for part in parts]
    results = [*(result for _, _, result in rows if result is not None), total]
    low, high = find_ratio_bounds(results)
    x = Axis(low=math.log(low), high=math.log(high), start_pt=130.0, end_pt=width_pt - 50.0)
    base, middle = 18.0 + ROW_PT * (len(rows) + 1), x.place(0.0)
    elements = [
        write((122, 9), "People", anchor="end", size=7.5, colour=MUTED),
        write((middle - 5, 9), "\N{LEFTWARDS ARROW} faster after", anchor="end", size=7.5, colour=MUTED),
        write((middle + 5, 9), "slower after \N{RIGHTWARDS ARROW}", size=7.5, colour=MUTED),
        draw_line((x.start_pt, base), (x.end_pt, base), colour=LINE, width=0.5),
        draw_line((middle, 14), (middle, base), colour=MUTED, width=0.8, dash=DASHED),
        *draw_foot_labels(x, list_ratios(low, high, width_pt=x.end_pt - x.start_pt), base_pt=base),
    ]
    for number, (label, people, result) in enumerate([*rows, ("All together", 0, total)]):
        y = 18.0 + ROW_PT * (number + 0.5)
        is_total = number == len(rows)
        elements.append(write((2, y + 2.8), shorten(label, most=25), is_bold=is_total))
        elements.append(write((122, y + 2.8), str(people or ""), anchor="end", colour=MUTED))
        text = "too few" if result is None else write_ratio(result)
        elements.append(write((width_pt - 2, y + 2.8), text, anchor="end", is_bold=is_total))
        if result is not None and result.estimate is not None:
            for bounds in [result.interval] if result.interval else []:
                ends = [(x.place(math.log(max(bound, 1e-6))), y) for bound in bounds]
                elements.append(draw_line(ends[0], ends[1], colour=INK, width=1.2))
            at = (x.place(math.log(result.estimate)), y)
            elements.append(draw_diamond(at) if is_total else draw_square(at))
    alt = "Change of the time to a right answer: " + ", ".join(
        f"{label} {'too few' if result is None else write_ratio(result)}" for label, _, result in rows
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=base + 18.0, alt=alt)


def draw_trend(points: Sequence[Point], *, is_time: bool, width_pt: float, height_pt: float) -> Picture:
    """Return means with their intervals by drill, or by due date: times in minutes, or match in percent."""
    labels = list(dict.fromkeys(point.label for point in points))
    series = list(dict.fromkeys(point.series for point in points))
    scale = 1.0 if is_time else 100.0
    shown = [(point, point.time if is_time else point.match) for point in points]
    tops = [value for _, result in shown for value in (result.estimate, *(result.interval or ())) if value is not None]
    high = max(tops, default=60.0) * 1.05 if is_time else 100.0
    base = height_pt - 16.0
    y = Axis(low=0.0, high=high, start_pt=base, end_pt=20.0)
    x = Axis(low=-0.5, high=len(labels) - 0.5, start_pt=LEFT_PT, end_pt=width_pt - 8.0)
    title = "Time to a right answer (min:s)" if is_time else "Match with the actual path"
    step = -(-len(labels) // 12)
    elements = [
        write_axis_title((2, 8), title),
        *draw_level_lines(
            y, list_times(high, most=5) if is_time else list_percents(), left_pt=x.start_pt, right_pt=x.end_pt
        ),
        *draw_foot_labels(x, [(float(at), label) for at, label in enumerate(labels) if at % step == 0], base_pt=base),
    ]
    if len(series) > 1:
        elements += draw_legend(series, at=(width_pt - 124, 8), with_marks=True)
    for number, name in enumerate(series):
        is_open, shift = is_first_of_two(number, series), 3.5 * (number - (len(series) - 1) / 2)
        mine = [(point, result) for point, result in shown if point.series == name and result.estimate is not None]
        ends = [
            (x.place(labels.index(point.label)) + shift, y.place(scale * (result.estimate or 0.0)))
            for point, result in mine
        ]
        if len(ends) > 1:
            elements.append(draw_path(ends, colour=INK, width=1.3, dash=DASHED if is_open else ""))
        for (_, result), at in zip(mine, ends, strict=True):
            for lower, upper in [result.interval] if result.interval else []:
                bounds = (at[0], y.place(scale * lower)), (at[0], y.place(scale * upper))
                elements.append(draw_line(*bounds, colour=MUTED, width=0.9))
        elements += [draw_mark(at, is_open=is_open) for at in ends]
    said = ", ".join(
        f"{point.label} {write_time(result.estimate) if is_time else f'{100 * result.estimate:.0f}%'}"
        for point, result in shown
        if result.estimate is not None
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=f"{title}: {said}.")


def draw_power(power: PlanPower, *, width_pt: float) -> Picture:
    """Return the share of studies that end in a word for the better, by size of the gain; dashed: the smallest one."""
    base, shares = 118.0, [(each.cut, power.find_share(each)) for each in power.powers]
    x = Axis(low=0.0, high=shares[-1][0], start_pt=LEFT_PT, end_pt=width_pt - 14.0)
    y = Axis(low=0.0, high=100.0, start_pt=base, end_pt=24.0)
    smallest, enough = x.place(power.smallest.cut), y.place(100.0 * ENOUGH)
    points = [(x.place(cut), y.place(100.0 * share)) for cut, share in shares]
    elements = [
        write_axis_title((2, 8), f"Studies called {power.word}, by how much less time is needed after"),
        *draw_level_lines(y, list_percents(), left_pt=x.start_pt, right_pt=x.end_pt),
        draw_line((x.start_pt, enough), (x.end_pt, enough), colour=MUTED),
        write((x.end_pt, enough - 3), "2 of 3", anchor="end", size=7.5, colour=MUTED),
        draw_line((smallest, 24.0), (smallest, base), colour=MUTED, width=0.8, dash=DASHED),
        write((smallest, 20.0), f"worth having: {100 * power.smallest.cut:.0f}%", anchor="middle", size=7.5),
        draw_path(points, colour=INK, width=1.6),
        *(draw_dot(point) for point in points),
        *draw_foot_labels(x, [(cut, f"{100 * cut:.0f}%") for cut in CUTS], base_pt=base),
    ]
    said = ", ".join(f"{100 * cut:.0f}% less in {100 * share:.0f}%" for cut, share in shares)
    alt = f"Share of studies called {power.word}, by how much less time is needed after: {said}."
    return draw_picture(elements, width_pt=width_pt, height_pt=base + 16.0, alt=alt)
