from collections import Counter
from pathlib import Path

import pytest
import yaml

from sim.app.catalog import check_form_set, load_form_set, make_version
from sim.app.score import load_truth_index
from sim.app.settings import PROJECT
from sim.errors import TaskError
from sim.features.library.forms import choose_forms
from sim.footage.recording.open import Recording, load_events, load_people, open_recording
from sim.forms.difficulty import DIFFICULTY_VERSION, KNOWN_EASES, Reference, compute_difficulty, compute_index
from sim.forms.form_order import find_known, give_known, make_known_set
from sim.forms.forms import FORM_SCHEMA, FormSet
from sim.forms.unsure_forms import make_unsure_forms
from sim.tasks import get_task_type
from sim.tasks.common.task import Known, Task, check_start
from sim.truth.events import count_clock_faults
from sim.truth.index import keep_cameras, make_truth_index
from sim.truth.window import cut_window
from tests.support.shipped_forms import FORMS, is_absent
from tests.support.story_truth import SHIPPED, load_story_index
from tests.support.task_files import format_task_file
from tests.support.trace_tables import Stay, make_people, make_table, make_worked_table

TRACE = Task(type="trace", target="P001", window_s=(0.0, 60.0))
WORKED = make_truth_index(make_worked_table())


def test_a_search_forward_starts_from_the_first_appearance_and_one_backward_from_the_last() -> None:
    assert find_known(TRACE, WORKED) == Known(t_s=0.0, camera_id="CAM-01")
    backward = Task(type="origin", target="P001", window_s=(0.0, 60.0))
    assert find_known(backward, WORKED) == Known(t_s=39.0, camera_id="CAM-01")
    later = Task(type="trace", target="P001", window_s=(12.0, 60.0))
    assert find_known(later, WORKED) == Known(t_s=15.0, camera_id="CAM-02")
    part = Task(type="trace", target="P001", window_s=(0.0, 60.0), cameras=("CAM-02", "CAM-03"))
    assert find_known(part, WORKED) == Known(t_s=15.0, camera_id="CAM-02")
    assert find_known(Task(type="trace", target="P002", window_s=(30.0, 60.0)), WORKED) is None


def test_the_moment_known_is_one_at_which_they_are_in_plain_sight() -> None:
    far, near = (100.0, 100.0, 110.0, 130.0), (400.0, 200.0, 440.0, 320.0)
    under, cut = (400.0, 40.0, 440.0, 160.0), (400.0, 440.0, 440.0, 540.0)
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=14, box_xyxy=far),
        Stay(camera_id="CAM-01", person_id="P001", first=15, last=24, box_xyxy=near, visible=0.7),
        Stay(camera_id="CAM-01", person_id="P001", first=25, last=35, box_xyxy=under),
        Stay(camera_id="CAM-01", person_id="P001", first=36, last=45, box_xyxy=cut),
        Stay(camera_id="CAM-01", person_id="P001", first=46, last=99, box_xyxy=near),
    ]
    assert find_known(TRACE, make_truth_index(make_table(stays))) == Known(t_s=5.0, camera_id="CAM-01")
    assert find_known(TRACE, make_truth_index(make_table(stays[:-1]))) is None


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"t_s": 5.0, "camera_id": "CAM-09"}, "no camera 'CAM-09'"),
        ({"t_s": 5.0, "zone_id": "attic", "seen_by": "a teacher"}, "no space 'attic'"),
        ({"t_s": 61.0, "camera_id": "CAM-01"}, "after the recording"),
        ({"t_s": 50.0, "camera_id": "CAM-01"}, "after the time that the drill asks about"),
        ({"t_s": 12.5, "camera_id": "CAM-01"}, "does not show P001"),
    ],
)
def test_a_last_sighting_that_cannot_be_is_refused_in_words(known: dict[str, object], words: str) -> None:
    task = Task(type="trace", target="P001", window_s=(0.0, 45.0), known=Known.model_validate(known))
    with pytest.raises(TaskError, match=words):
        check_start(task, WORKED)


@pytest.mark.parametrize(
    "known",
    [
        {"t_s": 5.0},
        {"t_s": 5.0, "camera_id": "CAM-01", "zone_id": "hall-a", "seen_by": "a teacher"},
        {"t_s": 5.0, "zone_id": "hall-a"},
        {"t_s": -1.0, "camera_id": "CAM-01"},
    ],
)
def test_a_last_sighting_is_by_a_camera_or_by_somebody_in_a_space(known: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"camera_id and a|camera_id or a|seen_by|greater than"):
        Known.model_validate(known)


def test_cameras_that_are_not_there_are_refused_and_nobody_is_seen_by_others() -> None:
    for cameras, words in ((("CAM-09",), "no camera CAM-09"), ((), "no camera"), (("CAM-01", "CAM-01"), "twice")):
        task = Task(type="trace", target="P001", window_s=(0.0, 45.0), cameras=cameras)
        with pytest.raises(TaskError, match=words):
            check_start(task, WORKED)
    people = make_people({"P001": {}, "P002": {}})
    part = compute_difficulty(
        Task(type="trace", target="P001", window_s=(0.0, 60.0), cameras=("CAM-01",)), WORKED, people
    )
    assert (part.legs, part.footage_minutes, part.look_alikes) == (2, 1.0, 0)


def test_what_is_known_makes_a_trace_easier_by_the_printed_amount() -> None:
    people = make_people({"P001": {}, "P002": {}})
    known = find_known(TRACE, WORKED)
    plain, eased = (
        compute_difficulty(Task(type="trace", target="P001", window_s=(0.0, 60.0), known=each), WORKED, people)
        for each in (None, known)
    )
    assert plain.index - eased.index == pytest.approx(KNOWN_EASES)
    assert (plain.is_known, eased.is_known) == (False, True)
    assert "is_known" not in plain.model_dump(), "what was written before schema 3 keeps its version"


def test_a_task_file_says_what_is_known_and_is_read_back() -> None:
    for name in ("trace", "locate", "origin"):
        task = Task(
            type=name,
            target="P001",
            window_s=(0.0, 45.0),
            known=Known(t_s=5.0, camera_id="CAM-01"),
            cameras=("CAM-01", "CAM-02"),
        )
        assert get_task_type(name).parse_task(format_task_file(task), source="x") == task


def test_the_shipped_forms_start_from_a_last_sighting_where_that_tells_nothing() -> None:
    practice = [form for form in FORMS.practice if form.type in ("trace", "locate", "origin")]
    for form in practice:
        may_be_absent = form.reference is not Reference.THREE_PHOTOS
        assert (form.known is None) == may_be_absent, form.form_id
    plain = [form for form in FORMS.parallel if form.known is None]
    known = [form for form in FORMS.parallel if form.known is not None]
    assert [form.target for form in known] == [form.target for form in plain]
    assert len(plain) >= 12
    assert [form.form_id for form in known] == [form.form_id.replace("-trace-", "-last-seen-") for form in plain]
    assert not {make_version(form) for form in known} & {make_version(form) for form in plain}


def test_forms_chosen_with_a_last_sighting_hold_and_keep_the_margin(tiny_recording: Recording, tmp_path: Path) -> None:
    forms = choose_forms(tiny_recording, count=2, practice=1, margin=9.0, min_legs=2, known=True)
    assert [form.known is not None for form in forms.practice] == [True]
    assert [form.known is not None for form in forms.parallel] == [False, False, True, True]
    check_form_set(forms, tiny_recording)
    index = load_truth_index(tiny_recording)
    for form in forms.forms:
        check_start(form.task, index)
    part = choose_forms(tiny_recording, count=1, practice=0, margin=9.0, min_legs=1, cameras=("CAM-01", "CAM-02"))
    assert {form.cameras for form in part.forms} == {("CAM-01", "CAM-02")}
    path = tmp_path / "forms.yaml"
    data = forms.model_dump(mode="json")
    data["forms"][0]["known"]["camera_id"] = "CAM-77"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(TaskError, match=r"the form tiny-practice-1: there is no camera 'CAM-77'.*CAM-01"):
        check_form_set(load_form_set(path), tiny_recording)


def test_forms_without_a_sighting_do_not_name_it_and_one_of_nobody_is_refused(tiny_recording: Recording) -> None:
    forms = choose_forms(tiny_recording, count=2, practice=1, margin=9.0, min_legs=2)
    written = forms.model_dump(mode="json")
    assert "known" not in written["forms"][0]
    with pytest.raises(ValueError, match="schema_version"):
        FormSet.model_validate(written | {"schema_version": 2})
    assert FormSet.model_validate(written).forms == forms.forms
    written["forms"][0] |= {"target": None, "type": "event", "known": {"t_s": 1.0, "camera_id": "CAM-01"}}
    with pytest.raises(ValueError, match="nobody is sought"):
        FormSet.model_validate(written)


def test_a_set_with_sightings_is_made_of_the_traces_that_measure(tiny_recording: Recording) -> None:
    forms = choose_forms(tiny_recording, count=2, practice=1, margin=9.0, min_legs=2)
    index, people = load_truth_index(tiny_recording), load_people(tiny_recording)
    made = make_known_set(forms.forms, index, people, clock_faults=0)
    assert [form.form_id for form in made] == ["tiny-last-seen-a", "tiny-last-seen-b"]
    again = make_known_set((*forms.forms, *made), index, people, clock_faults=0)
    assert again == made
    nobody = next(person for person in index.person_ids if not cut_window(index, (0.0, 0.1)).find_target(person))
    absent = forms.parallel[0].model_copy(update={"window_s": (0.0, 0.1), "target": nobody})
    assert give_known(absent, index, people, clock_faults=0) in (absent, absent.model_copy(update={"known": None}))


INDEX = load_story_index()
SMALLER = "birch-three-oclock"
FIRST = tuple(form for form in FORMS.forms if form.reference is Reference.THREE_PHOTOS)
UNSURE = tuple(form for form in FORMS.practice if form.reference is not Reference.THREE_PHOTOS)


def test_the_shipped_forms_hold_by_the_rules_of_today() -> None:
    recording = open_recording(SHIPPED)
    assert (FORMS.schema_version, FORMS.difficulty_version) == (FORM_SCHEMA, DIFFICULTY_VERSION)
    check_form_set(FORMS, recording)
    for form in FORMS.forms:
        get_task_type(form.type).check_task(form.task, INDEX)
    people, clock_faults = load_people(recording), count_clock_faults(load_events(recording))
    for form in FORMS.forms:
        if form.difficulty is not None:
            shown = form.reference
            made = compute_difficulty(form.task, INDEX, people, clock_faults=clock_faults, reference=shown)
            assert made == form.difficulty


@pytest.mark.slow
def test_the_shipped_forms_of_the_smaller_school_are_those_that_the_command_chooses() -> None:
    shipped = load_form_set(PROJECT / "scenarios" / "forms" / f"{SMALLER}.yaml")
    recording = open_recording(SHIPPED.with_name(SMALLER))
    made = choose_forms(recording, count=6, practice=3, min_legs=5, others=1, known=True, ladder=True)
    names = {"form_id", "title"}
    assert [form.model_dump(exclude=names) for form in made.forms] == [
        form.model_dump(exclude=names) for form in shipped.forms
    ]


@pytest.mark.parametrize("name", [SHIPPED.name, SMALLER])
def test_short_searches_lead_from_two_appearances_on_four_cameras_to_three_on_six(name: str) -> None:
    forms = load_form_set(PROJECT / "scenarios" / "forms" / f"{name}.yaml")
    index = INDEX if name == SHIPPED.name else load_truth_index(open_recording(SHIPPED.with_name(name)))
    short = [form for form in forms.forms if form.is_short]
    assert [form.title for form in short] == [f"Short search {number}" for number in range(1, 9)]
    assert forms.forms[:8] == tuple(short), "the easy ones come first"
    assert Counter(form.type for form in short) == {"trace": 6, "locate": 1, "origin": 1}
    sizes = []
    for form in short:
        assert form.known is not None
        assert form.target is not None
        part = keep_cameras(index, form.cameras)
        legs = cut_window(part, form.window_s).find_target(form.target)
        assert len({part.appearances[leg].camera_id for leg in legs}) > 1, "they move"
        sizes.append((len(legs), len(part.camera_ids)))
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == ((2, 4), (3, 6))
    assert len({form.target for form in short}) == 8
    assert not {form.target for form in short} & {form.target for form in forms.forms if not form.is_short}


def test_what_is_shown_before_the_end_does_not_tell_which() -> None:
    for task_type in ("trace", "locate", "origin"):
        forms = [form for form in UNSURE if form.type == task_type]
        assert (len(forms), {is_absent(form) for form in forms}) == (4, {True, False})
        assert {form.reference for form in forms} == {Reference.ONE_PHOTO, Reference.TEXT}
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
    assert {form.type for form in UNSURE if form.difficulty is not None} == {"trace"}
    for form in (form for form in UNSURE if form.difficulty is not None):
        assert form.difficulty.reference == form.reference
        plain = {**form.difficulty.model_dump(exclude={"index"}), "reference": Reference.THREE_PHOTOS}
        from_photos = form.difficulty.index - load[form.reference]
        assert compute_index(**plain) == pytest.approx(from_photos, abs=1e-5)
    avoid = frozenset(people["person_id"])
    none = make_unsure_forms(
        INDEX, people, before=FIRST, avoid=avoid, per_type=4, trace_limit_s=9.0, is_fair=lambda _, limit_s: limit_s > 0
    )
    assert none == ()
