"""Practice drills of the shipped recording, found by what they ask and show: each recording numbers them anew."""

from dataclasses import dataclass

from sim.app.catalog import load_form_set
from sim.app.settings import PROJECT
from sim.forms.difficulty import Reference
from sim.forms.forms import Form
from sim.tasks import get_task_type
from tests.support.story_truth import SHIPPED, load_story_index

FORMS = load_form_set(PROJECT / "scenarios" / "forms" / f"{SHIPPED.name}.yaml")


@dataclass(frozen=True, kw_only=True)
class Wish:
    type: str
    shown: Reference | None = Reference.THREE_PHOTOS  # what of the student is shown before; None takes anything
    is_absent: bool | None = None  # whether the student is on no camera; None takes either
    which: int = 0  # of those that fit, 0 the first, -1 the last

    def __str__(self) -> str:
        absent = {None: "", True: " of nobody there", False: " of somebody there"}[self.is_absent]
        shown = "" if self.shown is None else f" by {self.shown.value}"
        return f"{self.type}{shown}{absent}" + (" (last)" if self.which else "")


def find_form(wish: Wish) -> Form:
    fitting = [form for form in FORMS.practice if form.type == wish.type and not form.is_short]
    if wish.shown is not None:
        fitting = [form for form in fitting if form.reference is wish.shown]
    if wish.is_absent is not None:
        fitting = [form for form in fitting if is_absent(form) is wish.is_absent]
    assert fitting, f"no practice form is a {wish}"
    return fitting[wish.which]


def is_absent(form: Form) -> bool:
    return get_task_type(form.type).answer_perfectly(form.task, load_story_index()).not_on_camera
