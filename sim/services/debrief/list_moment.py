"""Moments of calls, clips and views in words: what is right, beside what was given."""

from collections.abc import Sequence

from sim.scoring.footage_use import Span
from sim.scoring.moments import MomentKind
from sim.services.debrief.facts import DebriefFacts
from sim.services.debrief.moment_text import MomentText, join_sentences
from sim.tasks.export.moments import ClipMoment, FieldsMoment
from sim.tasks.pull_up.moments import CallMoment
from sim.tasks.setup.moments import ViewMoment

MOST_NAMED = 3
SAME_S = 0.5


def tell_call(facts: DebriefFacts, moment: CallMoment) -> MomentText:
    """Return a call that was answered wrongly, with the cameras that show the place."""
    place = next((item.label for item in facts.form.items if item.key == moment.place), facts.name_place(moment.place))
    right = _join(facts, moment.right[:MOST_NAMED])
    shows = f"{place} is shown by {right}."
    if moment.given is None:
        return MomentText(title=f"{place}: you confirmed no camera", text=shows)
    return MomentText(
        title=f"{place}: you confirmed {facts.name_camera(moment.given)}",
        text=f"It does not show that location. {shows}",
    )


def tell_clip(facts: DebriefFacts, moment: ClipMoment) -> MomentText:
    """Return an appearance without a clip, a clip with wrong ends, or one too many."""
    if moment.true_s is None or moment.kind is MomentKind.SURPLUS:
        cut = "" if moment.cut_s is None else f"You cut {_write_span(facts, moment.cut_s)}."
        why = "The student is not in it." if moment.true_s is None else "Another clip fits this appearance better."
        return MomentText(title="an extra clip", text=join_sentences(cut, why))
    right = f"The student comes into view at {facts.write_clock(moment.true_s[0])} and leaves it at "
    right += f"{facts.write_clock(moment.true_s[1])}."
    if moment.cut_s is None:
        return MomentText(title="this appearance was not cut out", text=right)
    return MomentText(
        title=_name_ends(moment.true_s, moment.cut_s),
        text=f"You cut {_write_span(facts, moment.cut_s)}. {right}",
    )


def tell_fields(facts: DebriefFacts, moment: FieldsMoment) -> MomentText:
    """Return what custody lacks."""
    labels = [field.label for field in facts.form.fields if field.key in moment.missing]
    return MomentText(title="the export is not fully documented", text=f"Not answered: {' '.join(labels)}")


def tell_view(facts: DebriefFacts, moment: ViewMoment) -> MomentText:
    """Return one line of a view's checklist that is not met."""
    chain = f"In walking order, the route is {_join(facts, moment.chain)}."
    camera = facts.name_camera(moment.camera_id)
    match moment.kind:
        case MomentKind.NOT_IN_VIEW:
            place = moment.chain.index(moment.camera_id) + 1
            text = f"It is number {place} of {len(moment.chain)} on the route. {chain}"
            return MomentText(title=f"{camera} is missing from the view", text=text)
        case MomentKind.NOT_ON_WAY:
            return MomentText(title=f"{camera} is not needed in the view", text=chain)
        case MomentKind.ORDER:
            given = f"Yours was {_join(facts, moment.given)}."
            return MomentText(title="the cameras are not in walking order", text=f"{chain} {given}")
        case _:
            named = f"You named {_join(facts, moment.given)}." if moment.given else "You named no camera."
            return MomentText(title=f"{camera} is the camera that needs repair", text=named)


def _name_ends(true_s: Span, cut_s: Span) -> str:
    """Return what is wrong with a clip's ends in a few words: "the clip ends 4 s too early"."""
    said = []
    for verb, off_s in (("begins", cut_s[0] - true_s[0]), ("ends", cut_s[1] - true_s[1])):
        if abs(off_s) >= SAME_S:
            said.append(f"{verb} {abs(off_s):.0f} s too {'late' if off_s > 0 else 'early'}")
    return f"the clip {' and '.join(said)}" if said else "the clip fits badly"


def _write_span(facts: DebriefFacts, span_s: Span) -> str:
    return f"{facts.write_clock(span_s[0])} to {facts.write_clock(span_s[1])}"


def _join(facts: DebriefFacts, cameras: Sequence[str]) -> str:
    names = [facts.name_camera(camera) for camera in cameras]
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names) or "no camera"
