"""What to practise next, each with a drill that trains it where there is one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sim.drill.forms import Origin
from sim.records.rows import AttemptRow
from sim.services.app.catalogue import Catalogue, KnownForm
from sim.services.app.wiring import App
from sim.tasks.common.advice import Advice, Trains

LEAST_LEGS = 4
"""A trace with fewer stretches has too few changes of camera to train them."""
ANOTHER = "Or do another drill of this kind."


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeView:
    """One thing to practise: `form_id` of a drill that trains it, None where there is none; its title and limit."""

    sentence: str
    form_id: str | None
    form_title: str
    limit_s: float


_Rank = Callable[[Catalogue, KnownForm], float | None]
"""How well a form trains something, more is better; None for not at all."""


def make_practice_views(app: App, row: AttemptRow, advice: Sequence[Advice]) -> tuple[PracticeView, ...]:
    """Return the advice with drills; never the drill just done, and no drill twice.

    People on a team get practice forms only: measuring forms stay unseen until they measure. When no advice has a
    drill, another one of the same kind is offered where there is one.
    """
    own = app.catalogue.get_form(row.form_id)
    taken = {row.form_id}
    views = []
    for each in advice:
        form = _find_form(app, row, own, each.trains, taken)
        if form is not None:
            taken.add(form.form.form_id)
        views.append(_make_view(each.sentence, form))
    if all(view.form_id is None for view in views):
        form = _find_form(app, row, own, Trains.SAME, taken)
        views += [] if form is None else [_make_view(ANOTHER, form)]
    return tuple(views)


def _make_view(sentence: str, form: KnownForm | None) -> PracticeView:
    if form is None:
        return PracticeView(sentence=sentence, form_id=None, form_title="", limit_s=0.0)
    return PracticeView(
        sentence=sentence, form_id=form.form.form_id, form_title=form.form.title, limit_s=form.form.limit_s
    )


def _find_form(app: App, row: AttemptRow, own: KnownForm, trains: Trains, taken: set[str]) -> KnownForm | None:
    """Return the form that trains a skill best: on the same recording before others, then in the order after `own`."""
    forms = app.catalogue.list_forms()
    start = next((n for n, known in enumerate(forms) if known.form.form_id == row.form_id), 0)
    allowed = [
        known
        for known in (*forms[start + 1 :], *forms[: start + 1])
        if known.form.form_id not in taken
        and known.origin is Origin.PUBLIC
        and (row.person_id is None or known.form.use == "practice")
    ]
    rank = _RANKS.get(trains, _make_same_rank(own.form.type))
    ranked = [(value, known) for known in allowed if (value := rank(app.catalogue, known)) is not None]
    here = [each for each in ranked if each[1].recording_id == own.recording_id]
    best = max(here or ranked, key=lambda each: each[0], default=None)
    return None if best is None else best[1]


def _make_same_rank(task_type: str) -> _Rank:
    def rank(_: Catalogue, known: KnownForm) -> float | None:
        return 0.0 if known.form.type == task_type else None

    return rank


def _rank_look_alikes(catalogue: Catalogue, known: KnownForm) -> float | None:
    """Somebody to find who has look-alikes; a whole trace before other tasks."""
    weight = {"trace": 30.0, "locate": 20.0, "origin": 20.0, "export": 10.0}.get(known.form.type)
    if weight is None or not catalogue.list_look_alikes(known.recording_id, known.form.target):
        return None
    return weight


def _rank_legs(catalogue: Catalogue, known: KnownForm) -> float | None:
    """A trace, the more stretches the better."""
    difficulty = known.form.difficulty
    if known.form.type != "trace" or difficulty is None or difficulty.legs < LEAST_LEGS:
        return None
    return float(difficulty.legs)


def _rank_last_place(_: Catalogue, known: KnownForm) -> float | None:
    return 0.0 if known.form.type == "locate" else None


def _rank_checks(_: Catalogue, known: KnownForm) -> float | None:
    return {"screening": 1.0, "alarm": 0.0}.get(known.form.type)


_RANKS: Mapping[Trains, _Rank] = {
    Trains.LOOK_ALIKES: _rank_look_alikes,
    Trains.NEXT_CAMERA: _rank_legs,
    Trains.LAST_PLACE: _rank_last_place,
    Trains.CHECKS: _rank_checks,
}
