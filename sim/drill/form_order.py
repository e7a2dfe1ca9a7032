"""Who gets which form when: counterbalanced over people, never the same form twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sim.drill.attempt import Phase
from sim.drill.forms import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseSizes:
    """How many measured drills of each phase a program has."""

    before: int
    after: int
    retention: int = 0

    @property
    def total(self) -> int:
        """All of them: so many unseen forms a person needs."""
        return self.before + self.after + self.retention


def make_latin_row(count: int, row: int) -> tuple[int, ...]:
    """Return one row of a Williams design: every item once, over all rows every item equally often in every place.

    Even counts have `count` rows, in which also every item follows every other equally often; odd counts have twice as
    many, the second half mirrored. Formula: Williams 1949, doi:10.1071/CH9490149. Row 0 of 4 is (0, 1, 3, 2).
    """
    if count < 1:
        return ()
    rows = count if count % 2 == 0 else 2 * count
    place = row % rows
    zigzag = [(i + 1) // 2 if i % 2 else (count - i // 2) % count for i in range(count)]
    order = [(item + place) % count for item in zigzag]
    return tuple(order if place < count else order[::-1])


def assign_form(forms: Sequence[Form], *, seen: Collection[str], person_number: int, phase: Phase) -> Form | None:
    """Return the next form for a person, or None when every parallel form was seen.

    The person's row of the design is cut into thirds: before, after, retention (what does not divide goes to
    retention; with two forms there is one before and one after). The first unseen form of the phase's part is given;
    when that part is used up, the last unseen form of the whole row.
    """
    parallel = [form for form in forms if form.use == "parallel"]
    order = [parallel[i] for i in make_latin_row(len(parallel), person_number)]
    size = max(1, len(order) // 3)
    parts = {Phase.BEFORE: order[:size], Phase.AFTER: order[size : 2 * size], Phase.RETENTION: order[2 * size :]}
    unseen = [form for form in parts[phase] if form.form_id not in seen]
    spare = [form for form in reversed(order) if form.form_id not in seen]
    return next(iter(unseen + spare), None)


def assign_planned_form(
    forms: Sequence[Form],
    *,
    seen: Collection[str],
    seen_elsewhere: Collection[str],
    place: int,
    phase: Phase,
    sizes: PhaseSizes,
) -> Form | None:
    """Return the next form of a program for a person, or None when every parallel form was seen.

    People take turns in pairs: the second of a pair gets after the training what the first gets before it, and the
    other way round. So with as many drills after as before, every form is equally often on both sides whenever the
    number of people is even, whatever their number; pair by pair the forms move on by a row of `make_latin_row`. The
    first unseen form of the phase's part is given; when that part is used up, the last unseen form of all.
    """
    order = [form for form in _order_in_pairs(forms, place) if form.form_id not in seen_elsewhere]
    first, second = (sizes.before, sizes.after) if place % 2 == 0 else (sizes.after, sizes.before)
    leading, trailing = order[:first], order[first : first + second]
    before, after = (leading, trailing) if place % 2 == 0 else (trailing, leading)
    parts = {Phase.BEFORE: before, Phase.AFTER: after, Phase.RETENTION: order[first + second :]}
    unseen = [form for form in parts[phase] if form.form_id not in seen]
    spare = [form for form in reversed(order) if form.form_id not in seen]
    return next(iter(unseen + spare), None)


def assign_redrill_form(forms: Sequence[Form], *, seen: Collection[str], row: int) -> Form | None:
    """Return the form of a re-drill, or None when every one was seen: the last unseen one of a person's row.

    The row's end is what a program comes to last, so that what it plans shifts as little as can be.
    """
    parallel = [form for form in forms if form.use == "parallel"]
    order = [parallel[i] for i in make_latin_row(len(parallel), row)]
    return next((form for form in reversed(order) if form.form_id not in seen), None)


def _order_in_pairs(forms: Sequence[Form], place: int) -> list[Form]:
    parallel = [form for form in forms if form.use == "parallel"]
    return [parallel[i] for i in make_latin_row(len(parallel), place // 2)]
