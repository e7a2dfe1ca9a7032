"""Moments of single marks: the first right one, and every wrong one with who should have been marked."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from sim.scoring.case import TraceCase
from sim.scoring.claim import MarkOutcome
from sim.scoring.evidence import Mark
from sim.scoring.final_place import judge_right_person
from sim.scoring.mark import resolve_marks
from sim.scoring.moments import (
    Boxed,
    BoxRole,
    MarkMoment,
    MomentKind,
    Scene,
    box_point,
    make_scene,
)
from sim.scoring.person_in_frame import PersonInFrame, find_frame, find_in_frame, find_nearest, read_person
from sim.scoring.worked import find_made_times
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
        moment = describe_right(case.index, row=rows[first], made_s=made_s.get(marks[first]))
        yield replace(moment, worked=float(first))
    wrong = _gather_wrong(case, rows)
    for group in wrong[:MOST_WRONG]:
        mark = marks[group[0]]
        moment = describe_wrong(
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


def describe_right(
    index: TruthIndex, *, row: int, role: BoxRole = BoxRole.STUDENT, made_s: float | None = None
) -> MarkMoment:
    """Return the moment of a mark that is right; arguments as of `describe_wrong`."""
    sighting = read_person(index, row)
    return MarkMoment(
        kind=MomentKind.FIRST_RIGHT,
        t_s=sighting.t_s,
        scenes=(make_scene(sighting, role),),
        camera_id=sighting.camera_id,
        sought=sighting.person_id,
        right=sighting,
        made_s=made_s,
    )


def describe_missing(sighting: PersonInFrame, kind: MomentKind, *, role: BoxRole = BoxRole.STUDENT) -> MarkMoment:
    """Return the moment of somebody who was not marked."""
    return MarkMoment(
        kind=kind,
        t_s=sighting.t_s,
        scenes=(make_scene(sighting, role),),
        camera_id=sighting.camera_id,
        sought=sighting.person_id,
        right=sighting,
    )


def describe_wrong(
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
    """Return the moment of a wrong mark, with the person sought in the same frame, or else where they were.

    Args:
        index: truth.
        mark: the mark.
        row: position in the truth table of the row that it hits, below 0 for nobody.
        sought: the person who was to be marked.
        instead: where that person is to be seen, when not in this frame.
        role: what the box around that person is called.
        times: marks that say the same.
        made_s: seconds from release at which it was made.
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


def describe_last_mark(case: TraceCase, instead: PersonInFrame) -> MarkMoment:
    """Return the moment of the last mark; only that one counts."""
    if not case.answer.marks:
        return describe_missing(instead, MomentKind.NO_MARK)
    mark = case.answer.marks[-1]
    row = int(resolve_marks(case.index, (mark,)).table_row[0])
    made_s = find_made_times(case.log).get(mark)
    if judge_right_person(case):
        return describe_right(case.index, row=row, made_s=made_s)
    return describe_wrong(case.index, mark, row=row, sought=case.target, instead=instead, made_s=made_s)
