"""How a trainee used the appearance search, in sentences. For the debrief only; no score."""

from sim.drill.options import DrillOption
from sim.drill.similar_log import fold_similar
from sim.drill.similar_use import judge_use
from sim.services.app.wiring import App
from sim.services.attempt.intake import clamp_events
from sim.services.debrief.ended_attempt import EndedAttempt
from sim.services.debrief.similar_words import write_search_use


def load_search_use(app: App, ended: EndedAttempt) -> tuple[str, ...]:
    """Return the sentences; () for a drill without the search. Raises RecordingError, TaskError."""
    row, score = ended.row, ended.score
    if DrillOption.APPEARANCE_SEARCH not in row.options:
        return ()
    with app.store.read() as work:
        log = work.events.list_all(row.timing.attempt_id)
    use = judge_use(
        app.catalogue.get_window(row.recording_id, ended.form.window_s),
        fold_similar(clamp_events(log)),
        target=ended.form.target,
        fixes=[fix for fix in score.replay.answer.fixes if fix not in score.refused],
    )
    return write_search_use(use)
