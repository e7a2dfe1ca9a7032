"""Practice forms whose student may be on no camera: nothing that is shown tells which."""

import hashlib
from collections import Counter

import pytest

from sim.drill.difficulty import DIFFICULTY_VERSION, compute_difficulty, compute_index
from sim.drill.forms import FORM_SCHEMA, Form
from sim.drill.reference import Reference
from sim.drill.unsure_forms import make_unsure_forms
from sim.footage.recording.open import load_events, load_people, open_recording
from sim.services.app.forms import check_form_set
from sim.services.library.forms import choose_forms
from sim.tasks import get_task_type
from sim.truth.events import count_clock_faults
from tests.support.shipped_forms import FORMS, is_absent
from tests.support.story_truth import SHIPPED, load_story_index

INDEX = load_story_index()
FIRST = tuple(form for form in FORMS.forms if form.reference is Reference.THREE_PHOTOS)
UNSURE = tuple(form for form in FORMS.practice if form.reference is not Reference.THREE_PHOTOS)


def check_all(forms: tuple[Form, ...]) -> None:
    for form in forms:
        get_task_type(form.type).check_task(form.task, INDEX)


def test_the_shipped_forms_hold_by_the_rules_of_today() -> None:
    """Each is one that may still be given, and as hard as it says."""
    recording = open_recording(SHIPPED)
    assert (FORMS.schema_version, FORMS.difficulty_version) == (FORM_SCHEMA, DIFFICULTY_VERSION)
    check_form_set(FORMS, recording)
    check_all(FORMS.forms)
    people, clock_faults = load_people(recording), count_clock_faults(load_events(recording))
    for form in FORMS.forms:
        if form.difficulty is not None:
            shown = form.reference
            made = compute_difficulty(form.task, INDEX, people, clock_faults=clock_faults, reference=shown)
            assert made == form.difficulty


@pytest.mark.slow
def test_the_command_makes_as_many_forms_that_hold() -> None:
    made = choose_forms(open_recording(SHIPPED), count=12, practice=3, limit_s=600.0, others=2, unsure=4, known=True)
    assert Counter(form.type for form in made.forms) == Counter(form.type for form in FORMS.forms)
    check_all(made.forms)


@pytest.mark.parametrize("task_type", ["trace", "locate", "origin"])
def test_each_type_has_students_who_are_there_and_students_who_are_not(task_type: str) -> None:
    forms = [form for form in UNSURE if form.type == task_type]
    absent = Counter(is_absent(form) for form in forms)
    assert len(forms) == 4
    assert min(absent[True], absent[False]) >= 1
    assert {form.reference for form in forms} == {Reference.ONE_PHOTO, Reference.TEXT}


def test_what_is_shown_before_the_end_does_not_tell_which() -> None:
    people = load_people(open_recording(SHIPPED)).set_index("person_id")
    for form in UNSURE:
        twins = [other for other in UNSURE if other.type == form.type]
        assert {(other.window_s, other.limit_s, other.question) for other in twins} == {
            (form.window_s, form.limit_s, form.question)
        }
        assert form.title.rstrip("0123456789") == twins[0].title.rstrip("0123456789")
        assert str(people.loc[form.target or "", "role"]) == "student"
        get_task_type(form.type).check_task(form.task, INDEX)


def test_nobody_who_matters_in_a_measuring_form_is_practiced_on_nor_sought_twice() -> None:
    measured = {form.target for form in FORMS.parallel}
    sought = [form.target for form in UNSURE]
    assert not measured & set(sought)
    assert len(set(sought)) == len(sought)
    assert not set(sought) & {form.target for form in FIRST}


def test_one_photo_and_words_make_a_trace_harder() -> None:
    load = {Reference.ONE_PHOTO: 1.0, Reference.TEXT: 2.0}
    people = load_people(open_recording(SHIPPED))
    for form in UNSURE:
        if form.type != "trace":
            assert form.difficulty is None
            continue
        assert form.difficulty is not None
        assert form.difficulty.reference == form.reference
        plain = {**form.difficulty.model_dump(exclude={"index"}), "reference": Reference.THREE_PHOTOS}
        from_photos = form.difficulty.index - load[form.reference]
        assert compute_index(**plain) == pytest.approx(from_photos, abs=1e-5)
    assert (
        make_unsure_forms(
            INDEX, people, before=FIRST, avoid=frozenset(people["person_id"]), per_type=4, trace_limit_s=9.0
        )
        == ()
    )


@pytest.mark.slow
def test_words_only_for_every_trace_counts_in_every_index() -> None:
    recording = open_recording(SHIPPED)
    photos, words = (
        choose_forms(recording, count=4, practice=1, reference=shown)
        for shown in (Reference.THREE_PHOTOS, Reference.TEXT)
    )
    assert [form.target for form in words.forms] == [form.target for form in photos.forms]
    assert {form.reference for form in words.forms} == {Reference.TEXT}
    for with_words, with_photos in zip(words.forms, photos.forms, strict=True):
        assert with_words.difficulty is not None
        assert with_photos.difficulty is not None
        assert with_words.difficulty.index == pytest.approx(with_photos.difficulty.index + 2.0)


def test_the_forms_of_before_keep_their_versions() -> None:
    """Attempts name the version of their form, so a form that was given must be written out as it was then."""
    before = [form for form in FIRST if form.known is None]
    assert len([form for form in before if form.use == "parallel"]) == 12
    written = "".join(form.model_dump_json() for form in before)
    assert hashlib.sha256(written.encode()).hexdigest()[:16] == "22d737fd9d69eeaa"
