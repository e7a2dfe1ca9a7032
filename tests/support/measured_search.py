"""How good the simulated appearance search really is: many queries on a recording, counted."""

from dataclasses import dataclass

import numpy as np

from sim.drill.similar_people import (
    GetDistances,
    SearchQuality,
    draw_groups,
    find_place,
    make_search_key,
)
from sim.drill.similar_query import BoxPx, SimilarQuery, find_person
from sim.truth.index import TruthIndex
from sim.truth.window import TruthWindow

CARELESS = 0.15
SECRET = b"measured"
"""In place of a server's secret, so that the same queries always have the same answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredSearch:
    """What came of many queries.

    Attributes:
        queries: how many recognized somebody.
        nobody: how many did not.
        empty: how many recognized somebody and suggested nothing.
        suggestions: entries of all lists together.
        right: of these, the ones that show the person asked for.
        findable: other appearances of the persons asked for, over all queries.
        right_first: lists whose first entry is right, of those with an entry.
    """

    queries: int
    nobody: int
    empty: int
    suggestions: int
    right: int
    findable: int
    right_first: int

    @property
    def precision(self) -> float | None:
        """Right suggestions / all suggestions, all queries together; None without suggestions."""
        return self.right / self.suggestions if self.suggestions else None

    @property
    def recall(self) -> float | None:
        """Right suggestions / findable appearances, all queries together; None without any."""
        return self.right / self.findable if self.findable else None

    @property
    def right_first_share(self) -> float | None:
        """Share of the lists with an entry whose first is right; None without any."""
        filled = self.queries - self.empty
        return self.right_first / filled if filled else None


def measure_search(
    window: TruthWindow,
    get_distances: GetDistances,
    *,
    quality: SearchQuality,
    count: int,
    rng: np.random.Generator,
) -> MeasuredSearch:
    """Ask `count` times, each time about a sighting drawn at random, with a box drawn carelessly around it.

    Every row of the truth that belongs to an appearance, and not to a glimpse, is drawn alike; each side of the box is
    off by up to 15 % of the person's size. Each query is of another attempt, with the random numbers that such an
    attempt would have.
    """
    index = window.index
    tally = dict.fromkeys(("queries", "nobody", "empty", "suggestions", "right", "findable", "right_first"), 0)
    rows = index.appearance_rows
    places = np.flatnonzero(~np.repeat(rows.is_glimpse, rows.high - rows.low))
    for number, place in enumerate(places[rng.integers(0, len(places), size=count)].tolist()):
        query = _draw_query(index, place, rng)
        person = find_person(index, query)
        if person is None:
            tally["nobody"] += 1
            continue
        groups = draw_groups(
            window,
            target=person.person_id,
            get_distances=get_distances,
            quality=quality,
            key=make_search_key(SECRET, attempt_id=f"measured-{number}"),
        )
        asked = find_place(window, person_id=person.person_id, camera_id=query.camera_id, t_s=person.t_s)
        found = groups.list_for(asked)
        is_right = [index.appearances[each.appearance].person_id == person.person_id for each in found]
        own = window.find_target(person.person_id)
        tally["queries"] += 1
        tally["empty"] += not found
        tally["suggestions"] += len(found)
        tally["right"] += sum(is_right)
        tally["findable"] += len(own) - (asked.appearance is not None)
        tally["right_first"] += bool(found and is_right[0])
    return MeasuredSearch(**tally)


def _draw_query(index: TruthIndex, place: int, rng: np.random.Generator) -> SimilarQuery:
    """Return a careless box around a row, given by its place in `appearance_rows`."""
    rows = index.appearance_rows
    number = int(np.searchsorted(rows.low, place, side="right")) - 1
    camera_id = index.appearances[number].camera_id
    table, row = index.table.rows, rows.table_row[place]
    width, height = index.table.picture_wh[camera_id]
    sides = np.array([table[name].to_numpy()[row] for name in ("x1", "y1", "x2", "y2")], dtype=np.float64)
    across, down = sides[2] - sides[0], sides[3] - sides[1]
    drawn = sides + rng.uniform(-CARELESS, CARELESS, 4) * [across, down, across, down]
    x1, y1, x2, y2 = (float(side) for side in np.clip(drawn / [width, height, width, height], 0, 1))
    box: BoxPx = (x1, y1, max(x2, min(1.0, x1 + 5 / width)), max(y2, min(1.0, y1 + 5 / height)))
    return SimilarQuery(camera_id=camera_id, frame=int(table["frame"].to_numpy()[row]), box=box)
