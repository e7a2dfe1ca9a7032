"""The moments of a trace: wrong marks, appearances missed, losses, the first right mark, the last place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim.scoring.case import MarkOutcome, TraceCase
from sim.scoring.evidence import Mark, SearchLog
from sim.scoring.losses import Loss, find_losses, place_missed
from sim.scoring.mark import resolve_marks
from sim.scoring.moments import (
    Boxed,
    BoxRole,
    MarkMoment,
    Moment,
    MomentKind,
    PersonInFrame,
    PlaceMoment,
    Scene,
    box_point,
    find_clearest_row,
    find_frame,
    find_in_frame,
    find_nearest,
    list_rows,
    make_scene,
    read_person,
    sort_moments,
)
from sim.scoring.path_metrics import find_final_row, find_final_zone
from sim.scoring.use_metrics import find_made_times
from sim.truth.index import TruthIndex

EMPTY_TOGETHER_S = 5.0
"""Marks on nobody on one camera that follow each other within this time are one moment."""
MOST_WRONG = 100
"""Wrong moments told one by one; the marks beyond are counted."""


def list_mark_moments(case: TraceCase) -> Iterator[MarkMoment]:
    """Yield the first right mark, and every wrong one; marks that say the same are told once, with their number."""
    marks, made_s = case.answer.marks, find_made_times(case.log)
    rows = resolve_marks(case.index, marks).table_row.tolist()
    right = np.flatnonzero(case.claims.outcome == MarkOutcome.TARGET)
    if len(right):
        first = int(right[0])
        sighting, made = read_person(case.index, rows[first]), made_s.get(marks[first])
        yield _describe_seen(sighting, MomentKind.FIRST_RIGHT, role=BoxRole.STUDENT, made_s=made, worked=float(first))
    wrong = _gather_wrong(case, rows)
    for group in wrong[:MOST_WRONG]:
        mark = marks[group[0]]
        moment = _describe_wrong(
            case.index,
            mark,
            row=rows[group[0]],
            sought=case.target,
            instead=find_nearest(case.window, case.legs or case.glimpses, mark.t_s),
            times=len(group),
            made_s=made_s.get(mark),
        )
        if moment.marked is not None and case.claims.outcome[group[0]] == MarkOutcome.EMPTY:
            moment = replace(moment, kind=MomentKind.TOO_HIDDEN)
        yield replace(moment, worked=float(group[0]))
    more = sum(len(group) for group in wrong[MOST_WRONG:])
    if more:
        yield MarkMoment(kind=MomentKind.MORE_WRONG, t_s=None, camera_id="", sought=case.target, times=more)


def _describe_seen(sighting: PersonInFrame, kind: MomentKind, *, role: BoxRole, **more: Any) -> MarkMoment:
    return MarkMoment(
        kind=kind,
        t_s=sighting.t_s,
        scenes=(make_scene(sighting, role),),
        camera_id=sighting.camera_id,
        sought=sighting.person_id,
        right=sighting,
        **more,
    )


def _describe_wrong(
    index: TruthIndex,
    mark: Mark,
    *,
    row: int,
    sought: str,
    instead: PersonInFrame | None,
    role: BoxRole = BoxRole.STUDENT,
    times: int = 1,
    made_s: float | None = None,
) -> MarkMoment:
    """Return the moment of a wrong mark, with the person sought in the same frame, or else where they were instead.

    `row` is the position in the truth table of what it hits, below 0 for nobody.
    """
    frame = find_frame(index, mark.t_s)
    width, height = index.table.picture_wh[mark.camera_id]
    marked = None if row < 0 else read_person(index, row)
    here = find_in_frame(index, sought, camera_id=mark.camera_id, frame=frame)
    boxes = [box_point(mark.x * width, mark.y * height)]
    if marked is not None:
        boxes = [Boxed(role=BoxRole.MARKED, box_xyxy=marked.box_xyxy)]
    if here is not None:
        boxes.append(Boxed(role=role, box_xyxy=here.box_xyxy))
    scene = Scene(camera_id=mark.camera_id, frame=frame, boxes=tuple(boxes))
    is_elsewhere = here is None and instead is not None
    return MarkMoment(
        kind=MomentKind.NOBODY if marked is None else MomentKind.WRONG_PERSON,
        t_s=mark.t_s,
        scenes=(scene, make_scene(instead, role)) if is_elsewhere and instead else (scene,),
        camera_id=mark.camera_id,
        sought=sought,
        marked=None if marked is None else marked.person_id,
        times=times,
        right=here or instead,
        made_s=made_s,
    )


def _gather_wrong(case: TraceCase, rows: Sequence[int]) -> list[list[int]]:
    """Return wrong marks in groups that say the same, in the order made: one appearance, or one place and time.

    `rows` are positions in the truth table of what each mark hits, below 0 for nobody.
    """
    others: dict[int, list[int]] = {}
    empty: dict[str, list[int]] = {}
    people = case.index.table.rows["person_id"]
    claims = zip(case.claims.outcome.tolist(), case.claims.appearance.tolist(), strict=True)
    for number, (outcome, appearance) in enumerate(claims):
        if outcome == MarkOutcome.OTHER:
            others.setdefault(appearance, []).append(number)
        elif outcome == MarkOutcome.EMPTY:
            empty.setdefault(str(people.iat[rows[number]]) if rows[number] >= 0 else "", []).append(number)
    near = [group for numbers in empty.values() for group in _gather_empty(case.answer.marks, numbers)]
    return sorted((*others.values(), *near), key=min)


def _gather_empty(marks: Sequence[Mark], numbers: list[int]) -> list[list[int]]:
    groups: list[list[int]] = []
    for number in sorted(numbers, key=lambda n: (marks[n].camera_id, marks[n].t_s)):
        last = marks[groups[-1][-1]] if groups else None
        mark = marks[number]
        if last and last.camera_id == mark.camera_id and mark.t_s - last.t_s <= EMPTY_TOGETHER_S:
            groups[-1].append(number)
        else:
            groups.append([number])
    return [sorted(group) for group in groups]


def describe_last_mark(
    index: TruthIndex,
    marks: Sequence[Mark],
    log: SearchLog | None,
    *,
    is_right: bool | None,
    instead: PersonInFrame,
    role: BoxRole = BoxRole.STUDENT,
) -> MarkMoment:
    """Return the moment of the last mark, the only one that counts; `instead` is where the person sought was."""
    if not marks:
        return _describe_seen(instead, MomentKind.NO_MARK, role=role)
    mark, made_s = marks[-1], find_made_times(log).get(marks[-1])
    row = int(resolve_marks(index, (mark,)).table_row[0])
    if is_right:
        return _describe_seen(read_person(index, row), MomentKind.FIRST_RIGHT, role=role, made_s=made_s)
    return _describe_wrong(index, mark, row=row, sought=instead.person_id, instead=instead, role=role, made_s=made_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class LossMoment(Moment):
    """A loss: the appearance that was found where the next one begins or it ends, and the next one.

    `leaving` is where the student leaves the camera's picture (backwards: where they come into it).
    """

    loss: Loss
    leaving: PersonInFrame


def find_trace_moments(case: TraceCase, *, is_backwards: bool = False) -> tuple[Moment, ...]:
    """Return all moments of a trace but the last place, in the order worked; `is_backwards`: the task's direction."""
    losses = find_losses(case, is_backwards=is_backwards)
    return sort_moments(
        (
            *list_mark_moments(case),
            *(_describe_loss(case, loss) for loss in losses),
            *_list_missed(case, {loss.following for loss in losses}, place_missed(case, is_backwards=is_backwards)),
            *_list_absence(case),
        )
    )


def list_place_moments(case: TraceCase) -> Iterator[PlaceMoment]:
    """Yield the last sighting when the place named is another one."""
    row, right, given = find_final_row(case), find_final_zone(case), case.answer.final_zone
    if row is not None and right is not None and given != right:
        yield describe_place(case.index, row, MomentKind.WRONG_PLACE, right=right, given=given)


def describe_place(index: TruthIndex, row: int, kind: MomentKind, *, right: str, given: str | None) -> PlaceMoment:
    """Return the moment of a place named wrongly, with the row of truth that shows the student there."""
    sighting = read_person(index, row)
    scenes = (make_scene(sighting, BoxRole.STUDENT),)
    return PlaceMoment(kind=kind, t_s=sighting.t_s, scenes=scenes, right=right, given=given)


def _describe_loss(case: TraceCase, loss: Loss) -> LossMoment:
    window = case.window
    rows = case.index.appearance_rows.table_row[list_rows(window, loss.left)]
    leaving = read_person(case.index, int(rows[0 if loss.is_backwards else -1]))
    turn_s = max(loss.left_s, loss.next_s) if loss.is_backwards else min(loss.left_s, loss.next_s)
    left = find_nearest(window, (loss.left,), turn_s) or leaving
    following = read_person(case.index, find_clearest_row(window, loss.following))
    return LossMoment(
        kind=MomentKind.WRONG_CAMERA_NEXT if loss.is_found else MomentKind.LOST,
        t_s=left.t_s,
        scenes=(make_scene(left, BoxRole.STUDENT), make_scene(following, BoxRole.STUDENT)),
        worked=loss.mark_number + 0.25,
        loss=loss,
        leaving=leaving,
    )


def _list_missed(case: TraceCase, told: set[int], places: Mapping[int, float]) -> Iterator[MarkMoment]:
    for number in case.legs:
        if number in case.claims.target or number in told:
            continue
        yield _describe_seen(
            read_person(case.index, find_clearest_row(case.window, number)),
            MomentKind.MISSED,
            role=BoxRole.STUDENT,
            worked=places.get(number),
            span_s=(float(case.window.first_s[number]), float(case.window.last_s[number])),
        )


def _list_absence(case: TraceCase) -> Iterator[Moment]:
    if not case.legs and not case.answer.not_on_camera:
        yield Moment(kind=MomentKind.NOT_ABSENT, t_s=None)
