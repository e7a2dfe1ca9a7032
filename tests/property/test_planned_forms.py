"""Anyone who comes, in whatever order: every form equally often before and after, and nobody the same form twice."""

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.attempt.attempt import Phase
from sim.forms.difficulty import Difficulty
from sim.forms.form_order import PhaseSizes, assign_crossed_form, assign_planned_form, split_alike
from sim.forms.forms import Form

Given = dict[int, list[tuple[Phase, str]]]


def make_forms(count: int) -> list[Form]:
    return [
        Form(form_id=f"f{n}", recording_id="r", title=f"F{n}", use="parallel", type="trace", window_s=(0, 9), limit_s=9)
        for n in range(count)
    ]


def play(
    forms: list[Form], sizes: PhaseSizes, turns: list[tuple[int, Phase]], seen_before: dict[int, set[str]]
) -> Given:
    places: dict[int, int] = {}
    had: Given = {}
    for person, phase in turns:
        place = places.setdefault(person, len(places))
        mine = had.setdefault(person, [])
        elsewhere = seen_before.get(person, set())
        form = assign_planned_form(
            forms,
            seen=elsewhere | {form_id for _, form_id in mine},
            seen_elsewhere=elsewhere,
            place=place,
            phase=phase,
            sizes=sizes,
        )
        if form is not None:
            mine.append((phase, form.form_id))
    return had


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[Form], PhaseSizes, list[tuple[int, Phase]], int]:
    drills = draw(st.integers(1, 4))
    sizes = PhaseSizes(before=drills, after=drills, retention=draw(st.integers(0, 4)))
    forms = make_forms(sizes.total + draw(st.integers(0, 3)))
    people = draw(st.integers(1, 15))
    turns: list[tuple[int, Phase]] = []
    for phase, count in ((Phase.BEFORE, drills), (Phase.AFTER, drills), (Phase.RETENTION, sizes.retention)):
        turns += draw(st.permutations([(person, phase) for person in range(people) for _ in range(count)]))
    return forms, sizes, turns, people


@given(programs())
def test_every_form_is_equally_often_before_and_after_and_nobody_gets_one_twice(
    program: tuple[list[Form], PhaseSizes, list[tuple[int, Phase]], int],
) -> None:
    forms, sizes, turns, people = program
    had = play(forms, sizes, turns, {})
    for person in range(people):
        mine = [form_id for _, form_id in had[person]]
        assert len(mine) == len(set(mine)) == sizes.total
    counts = Counter(pair for mine in had.values() for pair in mine)
    for form in forms:
        difference = abs(counts[Phase.BEFORE, form.form_id] - counts[Phase.AFTER, form.form_id])
        assert difference <= people % 2, "with an even number of people not even by one"


@settings(max_examples=40)
@given(programs(), st.data())
def test_forms_of_earlier_programs_and_practice_never_come_back(
    program: tuple[list[Form], PhaseSizes, list[tuple[int, Phase]], int], data: st.DataObject
) -> None:
    forms, sizes, turns, people = program
    names = [form.form_id for form in forms]
    before = {person: data.draw(st.sets(st.sampled_from(names))) for person in range(people)}
    had = play(forms, sizes, turns, before)
    for person, mine in had.items():
        got = [form_id for _, form_id in mine]
        assert len(got) == len(set(got)) == min(sizes.total, len(forms) - len(before[person]))
        assert not before[person] & set(got)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 3))
def test_with_unlike_phases_a_whole_round_of_people_evens_out(before: int, after: int, retention: int) -> None:
    sizes = PhaseSizes(before=before, after=after, retention=retention)
    forms = make_forms(sizes.total)
    people = 2 * (sizes.total if sizes.total % 2 == 0 else 2 * sizes.total)
    turns = [
        (person, phase)
        for phase, count in ((Phase.BEFORE, before), (Phase.AFTER, after), (Phase.RETENTION, retention))
        for person in range(people)
        for _ in range(count)
    ]
    counts = Counter(pair for mine in play(forms, sizes, turns, {}).values() for pair in mine)
    for phase, count in ((Phase.BEFORE, before), (Phase.AFTER, after)):
        assert {counts[phase, form.form_id] for form in forms} == {people * count // sizes.total}


def make_measured(name: str, legs: int, gap_s: float, index: float = 10.0) -> Form:
    difficulty = Difficulty(
        legs=legs,
        faint_legs=0,
        longest_blind_gap_s=gap_s,
        look_alikes=0,
        nearest_outfit=0.5,
        people_per_frame=1.0,
        footage_minutes=10.0,
        clock_faults=0,
        reference="3 photos",
        index=index,
    )
    return make_forms(1)[0].model_copy(update={"form_id": name, "recording_id": name[0], "difficulty": difficulty})


MEASURED = st.lists(st.tuples(st.integers(4, 9), st.integers(0, 90)), min_size=8, max_size=10)


SIZES = st.builds(PhaseSizes, before=st.integers(1, 4), after=st.integers(1, 4))


@given(MEASURED, MEASURED, SIZES, st.integers(1, 9), st.randoms(use_true_random=False))
def test_on_two_recordings_nobody_gets_after_what_a_colleague_had_before(
    first: list[tuple[int, int]], second: list[tuple[int, int]], sizes: PhaseSizes, people: int, random: Random
) -> None:
    recordings = [
        [make_measured(f"{name}{number}", *each) for number, each in enumerate(forms)]
        for name, forms in (("A", first), ("B", second))
    ]
    had: dict[int, list[tuple[Phase, Form]]] = {person: [] for person in range(people)}
    for phase, count in ((Phase.BEFORE, sizes.before), (Phase.AFTER, sizes.after)):
        turns = [person for person in had for _ in range(count)]
        random.shuffle(turns)
        for person in turns:
            form = assign_crossed_form(
                *recordings,
                seen={form.form_id for _, form in had[person]},
                colleagues=(),
                place=person,
                phase=phase,
                sizes=sizes,
            )
            assert form is not None
            had[person].append((phase, form))
    given = {phase: {form.form_id for mine in had.values() for at, form in mine if at is phase} for phase in Phase}
    assert not given[Phase.BEFORE] & given[Phase.AFTER]
    for person, mine in had.items():
        assert len({form.form_id for _, form in mine}) == sizes.total
        sides = {phase: {form.recording_id for at, form in mine if at is phase} for phase in Phase}
        assert (sides[Phase.BEFORE], sides[Phase.AFTER]) == (({"A"}, {"B"}) if person % 2 == 0 else ({"B"}, {"A"}))


def test_forms_of_both_sides_are_alike_in_legs_and_gap_and_the_odd_one_is_left_out() -> None:
    measured = {"Aa": (5, 10), "Ab": (5, 50), "Ac": (7, 10), "Ad": (7, 50), "Ae": (20, 90)}
    forms = [make_measured(name, *each) for name, each in measured.items()]
    before, after = ({form.form_id for form in side} for side in split_alike(forms, before=2, after=2))
    assert {frozenset(before), frozenset(after)} == {frozenset({"Aa", "Ad"}), frozenset({"Ab", "Ac"})}


def test_alike_forms_are_no_easier_by_their_index_either() -> None:
    forms = [make_measured(f"A{number}", 5, 10, index=10.0 + 4.0 * (number < 2)) for number in range(4)]
    before, after = split_alike(forms, before=2, after=2)
    assert {form.difficulty.index for form in before if form.difficulty} == {10.0, 14.0}
    assert {form.difficulty.index for form in after if form.difficulty} == {10.0, 14.0}


def test_what_colleagues_had_on_the_other_side_comes_last() -> None:
    recordings = [[make_measured(f"{name}{number}", 5, 10) for number in range(4)] for name in "AB"]
    colleagues = {form.form_id for form in recordings[1][:3]}
    form = assign_crossed_form(
        *recordings, seen=(), colleagues=colleagues, place=0, phase=Phase.AFTER, sizes=PhaseSizes(before=1, after=1)
    )
    assert form is not None
    assert form.form_id == "B3"
