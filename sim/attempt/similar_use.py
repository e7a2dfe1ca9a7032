"""What a trainee did with the suggestions of the appearance search, judged by truth. Counts only; no score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.attempt.events import ListedSighting
from sim.attempt.replay import AskedSimilar
from sim.attempt.similar_people import Seen, find_cut_out, find_person
from sim.errors import AnswerError, TaskError
from sim.scoring.case import judge_claims
from sim.scoring.evidence import Mark
from sim.scoring.mark import resolve_marks
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarUse:
    """How the search was used. An entry is wrong when it shows somebody else than the box of its list was drawn on."""

    asked: int  # questions
    nobody: int  # of these, boxes on nobody
    about_others: int | None  # boxes on somebody else than the person sought; None where nobody is sought
    listed: int  # entries of all lists
    wrong: int  # of these, the wrong ones
    opened: int  # entries that were opened, each once
    opened_wrong: int  # of these, the wrong ones
    # appearances that wrong entries show which were opened, claimed by the marks handed in, each once; but not the
    # sought person's own, which come up when the box was on somebody else
    marked_wrong: int


def judge_use(
    window: TruthWindow, asked: Sequence[AskedSimilar], *, target: str | None, marks: Sequence[Mark]
) -> SimilarUse:
    """Count what became of the suggestions.

    What a log holds that cannot be, such as a list for a box on nobody or an entry on nobody, is left out.
    """
    index = window.index
    people = {each.number: _find_asked(index, each) for each in asked}
    entries = [
        (seen, seen.person_id != person.person_id, rank in each.opened, listed)
        for each in asked
        if (person := people[each.number]) is not None
        for rank, listed in enumerate(each.results, start=1)
        if (seen := _find_listed(index, listed)) is not None
    ]
    claimed = _find_claimed(window, marks)
    wrong_opened = {
        number
        for seen, is_wrong, is_opened, listed in entries
        if is_wrong
        and is_opened
        and seen.person_id != target
        and (number := _find_appearance(window, seen, listed)) is not None
    }
    known = [person for person in people.values() if person is not None]
    return SimilarUse(
        asked=len(asked),
        nobody=len(asked) - len(known),
        about_others=None if target is None else sum(person.person_id != target for person in known),
        listed=len(entries),
        wrong=sum(is_wrong for _, is_wrong, _, _ in entries),
        opened=sum(is_opened for _, _, is_opened, _ in entries),
        opened_wrong=sum(is_wrong and is_opened for _, is_wrong, is_opened, _ in entries),
        marked_wrong=len(wrong_opened & claimed),
    )


def _find_asked(index: TruthIndex, asked: AskedSimilar) -> Seen | None:
    try:
        return find_person(index, asked.query)
    except (AnswerError, TaskError):
        return None


def _find_listed(index: TruthIndex, listed: ListedSighting) -> Seen | None:
    try:
        return find_cut_out(index, camera_id=listed.camera_id, frame=listed.frame, crop_px=listed.crop)
    except TaskError:
        return None


def _find_claimed(window: TruthWindow, marks: Sequence[Mark]) -> set[int]:
    index = window.index
    if not marks or not index.person_ids:
        return set()
    claims = judge_claims(window, resolve_marks(index, marks), target=index.person_ids[0])
    return set(claims.claimed)


def _find_appearance(window: TruthWindow, seen: Seen, listed: ListedSighting) -> int | None:
    index, rows = window.index, window.index.appearance_rows
    is_it = (
        (rows.person == index.get_person_code(seen.person_id))
        & (rows.camera == index.get_camera_code(listed.camera_id))
        & (rows.start_s <= seen.t_s)
        & (seen.t_s <= rows.end_s)
        & (window.rows > 0)
    )
    found = np.flatnonzero(is_it)
    return int(found[0]) if len(found) else None
