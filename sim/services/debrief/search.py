"""How a trainee used the appearance search, in sentences. For the debrief only; no score."""

from sim.drill.options import DrillOption
from sim.drill.similar_log import fold_similar
from sim.drill.similar_use import SimilarUse, judge_use
from sim.services.app.wiring import App
from sim.services.attempt.intake import clamp_events
from sim.services.debrief.ended_attempt import EndedAttempt

UNUSED = "You did not use the appearance search."
CHECK = "Before you mark, compare what does not change between cameras: shoes, bag, hair."
UNCHECKED = "You looked at none of them."


def load_search_use(app: App, ended: EndedAttempt) -> tuple[str, ...]:
    """Return the sentences; () for a drill without the search. Raises RecordingError, TaskError."""
    row, score = ended.row, ended.score
    if DrillOption.APPEARANCE_SEARCH not in row.options:
        return ()
    with app.store.read() as work:
        log = work.events.list_all(row.timing.attempt_id)
    use = judge_use(
        app.catalog.get_window(ended.form),
        fold_similar(clamp_events(log)),
        target=ended.form.target,
        marks=[mark for mark in score.replay.answer.marks if mark not in score.refused],
    )
    return write_search_use(use)


def write_search_use(use: SimilarUse) -> tuple[str, ...]:
    """Return a few sentences: what was asked, how much of the answer was wrong, and what was done with it."""
    if use.asked == 0:
        return (UNUSED,)
    given = f"You searched {_count(use.asked, 'time')} for similar people and were given"
    sentences = [f"{given} {_count(use.listed, 'suggestion')}{_write_wrong(use)}."]
    if use.listed:
        sentences.append(UNCHECKED if use.opened == 0 else f"You looked at {use.opened} of them{_write_opened(use)}.")
    if use.marked_wrong:
        sentences.append(f"You marked {_count(use.marked_wrong, 'wrong suggestion')}. {CHECK}")
    elif use.opened_wrong:
        sentences.append("You marked none of the wrong ones.")
    if use.about_others:
        boxes = "1 box was" if use.about_others == 1 else f"{use.about_others} boxes were"
        sentences.append(f"{boxes} on someone other than the student: such a list is about that person.")
    if use.nobody:
        sentences.append(
            f"{'1 box' if use.nobody == 1 else f'{use.nobody} boxes'} held no one the search could recognize."
        )
    return tuple(sentences)


def _write_wrong(use: SimilarUse) -> str:
    if use.listed == 0:
        return ""
    if use.wrong == 0:
        return "; all of them showed the person in your box"
    return f"; {use.wrong} of them showed someone else than the person in your box"


def _write_opened(use: SimilarUse) -> str:
    return f", {use.opened_wrong} of these wrong" if use.opened_wrong else ""


def _count(number: int, one: str) -> str:
    return f"{number} {one}" if number == 1 else f"{number} {one}s"
