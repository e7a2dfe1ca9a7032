"""The pictures of a comparison, for page and paper alike: what decides, and what stands beside it."""

import math
from collections.abc import Sequence

from sim.compare.comparison import Comparison, Person, Shares
from sim.compare.later import Part, Point
from sim.compare.result import Result
from sim.services.comparison.svg import (
    BAND,
    DASHED,
    INK,
    LINE,
    MUTED,
    PAPER,
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
    is_first_of_two,
    list_percents,
    list_ratios,
    list_times,
    write,
    write_axis_title,
)
from sim.services.comparison.tables import GROUP_LABELS, write_points, write_ratio
from sim.tasks import name_task_type
from sim.text.words import shorten

NAME_STEP_PT, NAME_PT, NAME_SIGNS = 8.6, 7.5, 14
HEAD_PT, FOOT_PT, LEFT_PT = 26.0, 6.0, 48.0
MOST_MARKED = 60
PALE = "#8d99a8"
ROW_PT = 15.0


def draw_slopes(people: Sequence[Person], *, limit_s: float, title: str, width_pt: float, height_pt: float) -> Picture:
    """Return everybody's time to a right answer, a line each from before to after; the broad line is a typical person.

    A triangle: no drill of that side was passed, so the limit stands for it.
    """
    lines = [(each, each.before.time_s, each.after.time_s) for each in people]
    known = [(each, first, second) for each, first, second in lines if first is not None and second is not None]
    is_named = len(known) * NAME_STEP_PT <= height_pt - FOOT_PT - HEAD_PT
    right = width_pt - (74.0 if is_named else 14.0)
    y = Axis(low=0.0, high=limit_s * 1.03, start_pt=height_pt - FOOT_PT, end_pt=HEAD_PT)
    before, after = LEFT_PT + 10.0, right - 10.0
    elements = [
        write_axis_title((2, 8), title),
        *draw_level_lines(y, list_times(limit_s, most=7), left_pt=LEFT_PT, right_pt=right),
        write((before, HEAD_PT - 7), "Before", anchor="middle", is_bold=True),
        write((after, HEAD_PT - 7), "After", anchor="middle", is_bold=True),
    ]
    if known:
        sides = ([first for _, first, _ in known], [second for _, _, second in known])
        typical = [math.exp(sum(map(math.log, times)) / len(known)) for times in sides]
        middle = [(before, y.place(typical[0])), (after, y.place(typical[1]))]
        elements.append(draw_path(middle, colour=BAND if is_named else PAPER, width=8.0))
    width = 0.9 if is_named else max(0.25, 12.0 / max(len(known), 1))
    colour = INK if is_named else MUTED if len(known) <= MOST_MARKED else PALE
    for _, first, second in known:
        elements.append(draw_line((before, y.place(first)), (after, y.place(second)), colour=colour, width=width))
    for each, first, second in known if len(known) <= MOST_MARKED else ():
        for x, value, side in ((before, first, each.before), (after, second, each.after)):
            at = (x, y.place(value))
            elements.append(draw_dot(at, radius=2.0 if is_named else 1.2) if side.passed else draw_triangle(at))
    if known and not is_named:
        elements += [draw_path(middle, colour=PAPER, width=6.0), draw_path(middle, colour=INK, width=3.2)]
    step = min(18.0, (y.start_pt - y.end_pt) / max(len(known) - 1, 1))
    for number, (each, _, second) in enumerate(known if is_named else ()):
        place = y.end_pt + number * step
        elements.append(draw_line((after + 4, y.place(second)), (after + 26, place), colour=LINE, width=0.5))
        elements.append(write((after + 28, place + 2.5), shorten(each.person_id, most=NAME_SIGNS), size=NAME_PT))
    said = "; ".join(f"{each.person_id} {_say(first)} to {_say(second)}" for each, first, second in known[:12])
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=f"{title}, before and after: {said}.")


def _say(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def draw_decides(comparison: Comparison, *, width_pt: float) -> Picture:
    """Return what decides with its intervals: time, the smallest change worth having, match with its margin, passed."""
    effects, plan = comparison.effects, comparison.plan
    label_pt, text_pt = 122.0, 118.0
    times = [bound for bound in (effects.time.estimate, *(effects.time.interval or ())) if bound]
    low, high = max(min([*times, 0.5]) * 0.95, 0.05), min(max([*times, 1.6]) * 1.05, 20.0)
    x_time = Axis(low=math.log(low), high=math.log(high), start_pt=label_pt, end_pt=width_pt - text_pt)
    shares = [abs(value) for each in (effects.match, effects.passed) for value in (*(each.interval or ()), 0.1)]
    reach = min(1.0, max(shares, default=0.1) * 1.1)
    x_share = Axis(low=-reach, high=reach, start_pt=label_pt, end_pt=width_pt - text_pt)
    elements = []
    marks = [(x_time.place(0.0), "no change")]
    if plan.smallest:
        marks.append((x_time.place(math.log1p(-plan.smallest)), f"worth having: {100 * plan.smallest:.0f}% less"))
    for number, (at, name) in enumerate(marks):
        elements.append(draw_line((at, 14), (at, 34), colour=MUTED, width=0.8, dash=DASHED))
        elements.append(write((at, 9), name, anchor="middle" if number == 0 else "end", size=7.5, colour=MUTED))
    elements += _draw_row(
        "Time to a right answer", effects.time, x_time, 24.0, width_pt, text=write_ratio(effects.time), is_log=True
    )
    elements += draw_foot_labels(
        x_time, [(math.log(ratio), label) for ratio, label in list_ratios(low, high)], base_pt=34
    )
    zero, margin = x_share.place(0.0), x_share.place(-plan.margin)
    elements.append(draw_line((zero, 52), (zero, 86), colour=MUTED, width=0.8, dash=DASHED))
    elements.append(draw_line((margin, 52), (margin, 69), colour=MUTED, width=0.8))
    elements += _draw_row(
        "Match (line: margin)", effects.match, x_share, 61.0, width_pt, text=write_points(effects.match)
    )
    elements += _draw_row("Drills passed", effects.passed, x_share, 77.0, width_pt, text=write_points(effects.passed))
    ticks = [(share, f"{100 * share:+.0f}") for share in (-reach, 0.0, reach)]
    elements += draw_foot_labels(x_share, ticks, base_pt=87)
    alt = (
        f"What decides. Time to a right answer: {write_ratio(effects.time)}. Match: {write_points(effects.match)}. "
        f"Drills passed: {write_points(effects.passed)}."
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=102.0, alt=alt)


def _draw_row(
    label: str, result: Result, x: Axis, y_pt: float, width_pt: float, *, text: str, is_log: bool = False
) -> list[str]:
    def place(value: float) -> float:
        return x.place(math.log(max(value, 1e-6)) if is_log else value)

    elements = [write((2, y_pt + 2.8), label), write((width_pt - 2, y_pt + 2.8), text, anchor="end", is_bold=True)]
    if result.interval is not None:
        lower, upper = result.interval
        elements.append(draw_line((place(lower), y_pt), (place(upper), y_pt), colour=INK, width=1.6))
    if result.estimate is not None:
        elements.append(draw_diamond((place(result.estimate), y_pt)))
    return elements


def draw_flow(comparison: Comparison, *, width_pt: float) -> Picture:
    """Return who was there at each step, and why the others were not (CONSORT), one column a group."""
    columns = max((len(stage.counts) for stage in comparison.flow), default=1)
    names = ["Trained", "Waited"] if columns > 1 else ["People"]
    left, box_pt = 150.0, 46.0
    elements = [
        write((left + column * 62 + box_pt / 2, 9), name, anchor="middle", size=7.5, colour=MUTED)
        for column, name in enumerate(names)
    ]
    for number, stage in enumerate(comparison.flow):
        y = 24.0 + number * 19.0
        elements.append(write((2, y + 2.8), stage.name))
        for column, count in enumerate(stage.counts):
            x = left + column * 62
            if number:
                elements.append(draw_line((x + box_pt / 2, y - 12.5), (x + box_pt / 2, y - 6.5), colour=MUTED))
            box = [(x, y - 6.5), (x + box_pt, y - 6.5), (x + box_pt, y + 6.5), (x, y + 6.5), (x, y - 6.5)]
            elements += [draw_path(box, colour=MUTED), write((x + box_pt / 2, y + 2.8), str(count), anchor="middle")]
        if stage.lost:
            room = int((width_pt - left - columns * 62) / 3.9)
            why = f"\N{LEFTWARDS ARROW} {shorten(stage.lost, most=max(room, 12))}"
            elements.append(write((left + columns * 62, y - 6.0), why, size=7.5, colour=MUTED))
    said = "; ".join(f"{stage.name} {' and '.join(map(str, stage.counts))}" for stage in comparison.flow)
    height_pt = 24.0 + 19.0 * len(comparison.flow)
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=f"Who is compared. {said}.")


def draw_curves(curves: Sequence[Shares], *, limit_s: float, width_pt: float, height_pt: float) -> Picture:
    """Return the share of drills answered rightly by each time: before dashed, after solid with its interval gray."""
    base = height_pt - 18.0
    x = Axis(low=0.0, high=limit_s, start_pt=LEFT_PT - 8.0, end_pt=width_pt - 12.0)
    y = Axis(low=0.0, high=100.0, start_pt=base, end_pt=24.0)
    name = curves[0].group
    elements = draw_legend(("Before", "After"), at=(x.start_pt, 9), with_marks=False)
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
    who = f" ({GROUP_LABELS[name].lower()})" if name else ""
    alt = (
        f"Found by when{who}: by {_say(limit_s)} {100 * before.share[-1]:.0f}% before and {100 * after.share[-1]:.0f}% "
        "after."
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=alt)


def draw_forest(parts: Sequence[Part], total: Result, *, is_types: bool, width_pt: float) -> Picture:
    """Return the change in time of each part, everything together below; left of the dashed line is faster after."""
    rows = [(name_task_type(part.name) if is_types else part.name, part.people, part.time) for part in parts]
    results = [*(result for _, _, result in rows if result is not None), total]
    values = [value for each in results for value in (each.estimate, *(each.interval or ())) if value is not None]
    low, high = max(min([*values, 0.5]) * 0.95, 0.05), min(max([*values, 2.0]) * 1.05, 20.0)
    x = Axis(low=math.log(low), high=math.log(high), start_pt=150.0, end_pt=width_pt - 62.0)
    base, middle = 18.0 + ROW_PT * (len(rows) + 1), x.place(0.0)
    elements = [
        write((142, 9), "People", anchor="end", size=7.5, colour=MUTED),
        write((middle - 5, 9), "\N{LEFTWARDS ARROW} faster after", anchor="end", size=7.5, colour=MUTED),
        write((middle + 5, 9), "slower after \N{RIGHTWARDS ARROW}", size=7.5, colour=MUTED),
        draw_line((x.start_pt, base), (x.end_pt, base), colour=LINE, width=0.5),
        draw_line((middle, 14), (middle, base), colour=MUTED, width=0.8, dash=DASHED),
        *draw_foot_labels(x, [(math.log(ratio), label) for ratio, label in list_ratios(low, high)], base_pt=base),
    ]
    for number, (label, people, result) in enumerate([*rows, ("All together", 0, total)]):
        y = 18.0 + ROW_PT * (number + 0.5)
        is_total = number == len(rows)
        elements.append(write((2, y + 2.8), shorten(label, most=26), is_bold=is_total))
        elements.append(write((142, y + 2.8), str(people or ""), anchor="end", colour=MUTED))
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
    x = Axis(low=-0.5, high=len(labels) - 0.5, start_pt=LEFT_PT - 12.0, end_pt=width_pt - 8.0)
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
        elements += draw_legend(series, at=(width_pt - 110, 8), with_marks=True)
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
        f"{point.label} {_say(result.estimate) if is_time else f'{100 * result.estimate:.0f}%'}"
        for point, result in shown
        if result.estimate is not None
    )
    return draw_picture(elements, width_pt=width_pt, height_pt=height_pt, alt=f"{title}: {said}.")
