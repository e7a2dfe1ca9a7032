"""A search told step by step while it is watched: what is done at the console, for a search that does not say why."""

from collections.abc import Callable, Mapping, Sequence

from sim.drill.event import Event, EventKind
from sim.drill.expert.hands import Caption
from sim.tasks.common.answer_form import AnswerForm, Marks

MARKED = {Marks.PERSON: "Mark them.", Marks.PLACE: "Mark where it happens.", Marks.NONE: ""}


def narrate(
    events: Sequence[Event], *, form: AnswerForm, names: Mapping[str, str], write_clock: Callable[[float], str]
) -> tuple[Caption, ...]:
    """Return a caption for each step that is to be seen or that answers something."""
    said = ((event.t_client_ms / 1000.0, _tell(event, form, names, write_clock)) for event in events)
    return tuple(Caption(at_s=at_s, text=text) for at_s, text in said if text)


def _tell(event: Event, form: AnswerForm, names: Mapping[str, str], write_clock: Callable[[float], str]) -> str:
    payload = event.payload
    match event.kind:
        case EventKind.FOCUS:
            text = f"Open {names[payload['camera_id']]}."
        case EventKind.PLAY if not payload.get("tick"):
            text = f"Go to {write_clock(payload['t_s'])}, play, and watch."
        case EventKind.MARK:
            text = MARKED[form.marks]
        case EventKind.CLIP:
            text = f"Cut the clip: {write_clock(payload['from_s'])} to {write_clock(payload['to_s'])}."
        case EventKind.VIEW if payload.get("cameras"):
            text = f"Put side by side, in walking order: {'; '.join(names[each] for each in payload['cameras'])}."
        case EventKind.CHOICE:
            text = _tell_choice(payload["key"], payload["value"], form, names)
        case EventKind.SUBMIT:
            text = "Submit."
        case _:
            text = ""
    return text


def _tell_choice(key: str, value: str, form: AnswerForm, names: Mapping[str, str]) -> str:
    """Return "Cafeteria: camera 5, Cafeteria west." for an item, "Which camera ...? Camera 5" for a field."""
    for item in form.items:
        if item.key == key:
            options = {each.value: each.label for each in form.item_options}
            return f"{item.label}: {options.get(value) or names.get(value, value)}."
    field = next(each for each in form.fields if each.key == key)
    options = {each.value: each.label for each in field.options}
    return f"{field.label} {names.get(value) or options.get(value, value)}."
