"""Who gets which form when: counterbalanced over people, never the same form twice."""

from collections.abc import Collection, Sequence

from sim.drill.attempt import Phase
from sim.drill.forms import Form


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

    Args:
        forms: of one recording, in the order of their file; practice forms are passed over.
        seen: form_ids that this person was ever given, practised or abandoned ones too.
        person_number: 0, 1, 2 ... in the order people joined.
        phase: which side of the training.
    """
    parallel = [form for form in forms if form.use == "parallel"]
    order = [parallel[i] for i in make_latin_row(len(parallel), person_number)]
    size = max(1, len(order) // 3)
    parts = {Phase.BEFORE: order[:size], Phase.AFTER: order[size : 2 * size], Phase.RETENTION: order[2 * size :]}
    unseen = [form for form in parts[phase] if form.form_id not in seen]
    spare = [form for form in reversed(order) if form.form_id not in seen]
    return next(iter(unseen + spare), None)
