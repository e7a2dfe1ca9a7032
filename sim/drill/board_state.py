"""Where one person stands with one step of a program today."""

from datetime import date
from enum import StrEnum


class BoardState(StrEnum):
    """One cell of the board, the most urgent last."""

    NOT_SCHEDULED = "not scheduled"
    DONE = "done"
    PLANNED = "planned"
    DUE = "due"
    OVERDUE = "overdue"


def judge_board_state(*, due_from: date, due_to: date, joined_on: date, is_done: bool, today: date) -> BoardState:
    """Return where a person stands with a step.

    Done is done whatever the day, so that a clock put back takes nothing away. Who joined after a step was over was
    never asked to do it.
    """
    if is_done:
        return BoardState.DONE
    if joined_on > due_to:
        return BoardState.NOT_SCHEDULED
    if today < due_from:
        return BoardState.PLANNED
    return BoardState.DUE if today <= due_to else BoardState.OVERDUE
