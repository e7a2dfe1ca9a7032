"""What the expert sees: the people in one open picture, at the size at which it is shown, with a person's errors.

Nothing else in this package looks at truth. The eyes get one picture (camera, moment, shown width) and tell what is in
it; they know neither who is sought nor what any other picture holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.forms.difficulty import OUTFIT_WEIGHTS
from sim.tasks.common.simulated_user import aim_at
from sim.truth.index import TruthIndex
from sim.truth.worn_clothes import CHANGES, find_worn, read_first_worn

TRAIT_WEIGHTS: Mapping[str, float] = {**OUTFIT_WEIGHTS, "headwear": 1.0, "hair_style": 1.0}
"""What the briefing describes and a look may make out, by how much of it there is to see."""
TRAITS = tuple(TRAIT_WEIGHTS)
MAIN_WIDTH_PX, TILE_WIDTH_PX = 800.0, 170.0
"""How wide the main picture and a picture of the wall are on a laptop of 1366x768."""
LEAST_PX = 7.0
"""Nobody shown smaller is noticed. Assumed; EN 62676-4 wants 10 % of a screen's height, 40 px here, to detect."""
MISREAD = 0.03
"""Share of traits that are taken for another one, however large. Assumed: one look in four has one wrong of eight."""
ANOTHER = -2
LEAST_VISIBLE, HALF = 0.2, 0.45
CHEST_SHARE = 0.35

_HALF_READ_PX: Mapping[str, float] = {
    "top_colour": 12.0,
    "bottom_colour": 16.0,
    "top_kind": 26.0,
    "bottom_kind": 26.0,
    "bag_kind": 30.0,
    "bag_colour": 30.0,
    "headwear": 30.0,
    "hair_style": 34.0,
    "hair_colour": 36.0,
    "shoe_colour": 44.0,
}
"""Shown height at which a trait is read half of the time. Assumed: a top is a third of a person, a shoe a twentieth."""
_UNSEEN, _HAIR_ENDS = ("glasses", "lanyard"), (" hair", " afro", " ponytail", " bun")
_HALF_PX = np.array([_HALF_READ_PX[trait] for trait in TRAITS])

Reads = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPicture:
    camera_id: str
    t_s: float
    shown_px: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPerson:
    # tells this one from the others in the picture and from picture to picture while they stay in it; an eye follows a
    # person who moves on without knowing who it is
    blob: str
    # x, y: the chest, 0..1 of the picture
    x: float
    y: float
    height_px: float  # how tall the visible part is shown
    is_hidden: bool  # less than half of them is to be seen
    reads: Reads  # [traits] for each of `TRAITS` 1 as described, -1 otherwise, 0 not made out
    table_row: int  # for `point_at` alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a person, by code, wears from a moment on: [traits]; `ANOTHER` for a piece that is not the first one."""

    from_s: float
    person: int
    codes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    index: TruthIndex
    clothes: NDArray[np.int64]  # [people, traits] codes of what everybody wears at first, by person code
    changes: tuple[Change, ...]  # what somebody wears from a moment on, in order of time
    visible: NDArray[np.float64]  # share of the person to be seen, by row of `index.frame_rows`

    def describe(self, person_id: str | None) -> NDArray[np.int64]:
        """Return [traits], what the briefing tells of a person: their clothes at first; of nobody for None."""
        if person_id is None:
            return np.full(len(TRAITS), ANOTHER, dtype=np.int64)
        own: NDArray[np.int64] = self.clothes[self.index.get_person_code(person_id)]
        return own

    def find_worn(self, people: NDArray[np.int64], t_s: float) -> NDArray[np.int64]:
        """Return [people, traits], what these people wear at a moment, by person code."""
        worn: NDArray[np.int64] = self.clothes[people]
        for change in self.changes:
            if change.from_s <= t_s:
                worn[people == change.person] = change.codes
        return worn


def make_scene(index: TruthIndex, people: pd.DataFrame) -> Scene:
    # headwear and hair as descriptions name them, after shoes and bag; or ""
    told = [
        _read_head(*row) for row in zip(people["descriptor"], people["bag_kind"], people["hair_colour"], strict=True)
    ]
    rows = (
        people.assign(headwear=[head for head, _ in told], hair_style=[style for _, style in told])
        .set_index("person_id")
        .reindex(list(index.person_ids))
    )
    found = [pd.factorize(rows[trait]) for trait in TRAITS]
    visible = index.table.rows["visible"].to_numpy(dtype=np.float64)
    clothes = np.stack([codes for codes, _ in found], axis=1).astype(np.int64)
    values = {
        trait: {kind: code for code, kind in enumerate(kinds)} for trait, (_, kinds) in zip(TRAITS, found, strict=True)
    }
    return Scene(
        index=index,
        clothes=clothes,
        changes=tuple(_list_changes(index, people, clothes, values)),
        visible=visible[index.frame_rows.table_row],
    )


def _read_head(descriptor: str, bag_kind: str, hair_colour: str) -> tuple[str, str]:
    _, _, after = descriptor.partition(" shoes")
    parts = [part for part in after.strip(", ").split(", ") if part and part not in _UNSEEN]
    hair = next((part for part in parts if hair_colour in part and part.endswith(_HAIR_ENDS)), "")
    worn = [part for part in parts if part != hair and not part.endswith(f" {bag_kind}")]
    return (worn[0] if worn else ""), hair.replace(f"{hair_colour} ", "")


def _list_changes(
    index: TruthIndex, people: pd.DataFrame, clothes: NDArray[np.int64], values: Mapping[str, Mapping[str, int]]
) -> Iterator[Change]:
    """Yield who wears something else from when on: once a swap or a hand-over is over the pictures show it."""
    first = read_first_worn(people)
    over = sorted((event for event in index.events if event.kind in CHANGES), key=lambda event: event.end_s)
    for number, event in enumerate(over):
        for person_id in event.person_ids:
            worn = find_worn(first, over[: number + 1], person_id, event.end_s)
            if worn is None or person_id not in index.person_ids:
                continue
            person = index.get_person_code(person_id)
            codes = clothes[person].copy()
            for name, item in (("top", worn.top), ("bag", worn.bag)):
                for part in ("kind", "colour"):
                    value = None if item is None else getattr(item, part)
                    codes[TRAITS.index(f"{name}_{part}")] = values[f"{name}_{part}"].get(str(value), ANOTHER)
            yield Change(from_s=event.end_s, person=person, codes=codes)


def look(
    scene: Scene, picture: OpenPicture, *, described: NDArray[np.int64], rng: np.random.Generator
) -> tuple[SeenPerson, ...]:
    """Return who is seen in one open picture in one look, the largest first.

    Each trait is made out with a chance that grows with the shown height of the visible part, 1 / (1 + exp(-(h - h50) /
    (h50 / 5))) with h50 of the trait, and of those made out 3 % are taken for another one. A top shown on somebody
    12 px tall is made out half of the time.
    """
    index = scene.index
    frame_rows = index.frame_rows
    frame = min(int(picture.t_s * index.table.fps + 0.5), index.table.frame_count - 1)
    key = index.get_camera_code(picture.camera_id) * index.stride + frame
    low, high = np.searchsorted(frame_rows.key, (key, key + 1))
    if low == high:
        return ()
    box, share = frame_rows.box_xyxy[low:high], scene.visible[low:high]
    width, tall = index.table.picture_wh[picture.camera_id]
    heights = (box[:, 3] - box[:, 1]) * share * picture.shown_px / width
    seen = np.flatnonzero((heights >= LEAST_PX) & (share >= LEAST_VISIBLE))
    chance = rng.random((len(seen), 2, len(TRAITS)))
    worn = scene.find_worn(frame_rows.person[low:high][seen].astype(np.int64), frame / index.table.fps)
    agrees = np.where(worn == described, 1, -1)
    agrees = np.where(chance[:, 0] < MISREAD, -agrees, agrees)
    is_read = chance[:, 1] < 1 / (1 + np.exp(-(heights[seen, None] - _HALF_PX) / (_HALF_PX / 5)))
    reads = np.where(is_read, agrees, 0).astype(np.int8)
    people = [
        SeenPerson(
            blob=index.person_ids[int(frame_rows.person[low + n])],
            x=float((box[n, 0] + box[n, 2]) / 2 / width),
            y=float((box[n, 1] + CHEST_SHARE * (box[n, 3] - box[n, 1])) / tall),
            height_px=float(heights[n]),
            is_hidden=bool(share[n] < HALF),
            reads=reads[place],
            table_row=int(frame_rows.table_row[low + n]),
        )
        for place, n in enumerate(seen)
    ]
    return tuple(sorted(people, key=lambda each: -each.height_px))


def point_at(scene: Scene, seen: SeenPerson) -> tuple[float, float]:
    """Return where the expert clicks on somebody just seen, 0..1 of the picture: the chest, or what is seen of them."""
    spot = aim_at(scene.index, seen.table_row, height=0.3, sideways=0.0)
    return spot.x, spot.y
