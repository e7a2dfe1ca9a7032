"""Truth tables and answers for scoring tests: one worked by hand, and random ones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.columns import PEOPLE
from sim.scoring.evidence import Answer, Mark, Opening, SearchLog, TimedMark, Watch
from sim.truth.events import Event
from sim.truth.table import TruthTable, make_truth_table

FPS = 10.0
SIZE_WH = (960, 540)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    camera_id: str
    person_id: str
    first: int
    last: int
    box_xyxy: tuple[float, float, float, float] = (400.0, 200.0, 440.0, 320.0)
    visible: float = 1.0
    zone: str = "hall-a"


def make_table(stays: list[Stay], *, duration_s: float = 60.0, cameras: int = 3) -> TruthTable:
    rows = [
        {
            "camera_id": s.camera_id,
            "frame": frame,
            "t_s": frame / FPS,
            "person_id": s.person_id,
            "x1": s.box_xyxy[0],
            "y1": s.box_xyxy[1],
            "x2": s.box_xyxy[2],
            "y2": s.box_xyxy[3],
            "visible": s.visible,
            "floor_x_m": frame / 10.0,
            "floor_y_m": 2.0,
            "floor": "1",
            "zone": s.zone,
        }
        for s in stays
        for frame in range(s.first, s.last + 1)
    ]
    columns = ["camera_id", "frame", "t_s", "person_id", "x1", "y1", "x2", "y2", "visible"]
    columns += ["floor_x_m", "floor_y_m", "floor", "zone"]
    return make_truth_table(
        pd.DataFrame(rows, columns=columns),
        fps=FPS,
        duration_s=duration_s,
        picture_wh={f"CAM-{n:02}": SIZE_WH for n in range(1, cameras + 1)},
    )


OTHER_BOX = (600.0, 200.0, 640.0, 320.0)

WORKED_STAYS = [
    Stay(camera_id="CAM-01", person_id="P001", first=0, last=99),
    Stay(camera_id="CAM-02", person_id="P001", first=150, last=249),
    Stay(camera_id="CAM-01", person_id="P001", first=300, last=399, zone="hall-b"),
    Stay(camera_id="CAM-02", person_id="P002", first=160, last=219, box_xyxy=OTHER_BOX),
]


def make_worked_table() -> TruthTable:
    """Target P001: CAM-01 0-9.9 s, CAM-02 15-24.9 s, CAM-01 30-39.9 s. P002: CAM-02 16-21.9 s."""
    return make_table(WORKED_STAYS)


def make_mark(camera_id: str, t_s: float, *, x_px: float = 420.0, y_px: float = 260.0) -> Mark:
    return Mark(camera_id=camera_id, t_s=t_s, x=x_px / SIZE_WH[0], y=y_px / SIZE_WH[1])


MARK_FIRST_LEG = make_mark("CAM-01", 5.0)
MARK_SECOND_LEG = make_mark("CAM-02", 18.0)
MARK_THIRD_LEG = make_mark("CAM-01", 35.0)
MARK_OTHER = make_mark("CAM-02", 18.0, x_px=620.0)
MARK_EMPTY = make_mark("CAM-03", 18.0)

WORKED_ANSWER = Answer(marks=(MARK_FIRST_LEG, MARK_OTHER, MARK_EMPTY), final_zone="hall-b")

WORKED_LOG = SearchLog(
    used_s=200.0,
    finished=True,
    limit_s=360.0,
    marks=(
        TimedMark(mark=MARK_FIRST_LEG, at_s=41.0, kept=True),
        TimedMark(mark=MARK_OTHER, at_s=90.0, kept=True),
        TimedMark(mark=MARK_EMPTY, at_s=120.0, kept=True),
    ),
    openings=(Opening(camera_id="CAM-01", at_s=3.0, site_s=0.0), Opening(camera_id="CAM-02", at_s=60.0, site_s=9.0)),
    watches=(
        Watch(cameras=("CAM-01",), site_from_s=0.0, site_to_s=40.0, began_s=0.0, wall_s=20.0, speed=2.0),
        Watch(cameras=("CAM-01",), site_from_s=20.0, site_to_s=60.0, began_s=20.0, wall_s=20.0, speed=2.0),
    ),
)


def make_random_table(rng: np.random.Generator, *, cameras: int = 4, people: int = 6, frames: int = 400) -> TruthTable:
    stays: list[Stay] = []
    for person in range(people):
        for camera in range(1, cameras + 1):
            at = int(rng.integers(0, 40))
            while at < frames:
                last = min(at + int(rng.choice([29, 30, int(rng.integers(0, 60))], p=[0.1, 0.1, 0.8])), frames - 1)
                left, top = float(rng.integers(0, 200)), float(rng.integers(0, 120))
                high = float(rng.choice([12, 23, 24, 48.5, 48.625, 60, 97.25, 120]))
                stays.append(
                    Stay(
                        camera_id=f"CAM-{camera:02}",
                        person_id=f"P{person + 1:03}",
                        first=at,
                        last=last,
                        box_xyxy=(left, top, left + float(rng.integers(10, 60)), top + high),
                        visible=float(rng.choice([0.1, 0.25, 0.5, 1.0])),
                        zone=f"zone-{int(rng.integers(0, 4))}",
                    )
                )
                at = last + int(rng.choice([1, 2, 15, 49, 50, 51, 60, 150]))
    return make_table(stays, duration_s=frames / FPS, cameras=cameras)


def make_random_answer(rng: np.random.Generator, table: TruthTable, window_s: tuple[float, float]) -> Answer:
    marks: list[Mark] = []
    inside = table.rows[(table.rows["t_s"] >= window_s[0]) & (table.rows["t_s"] <= window_s[1])]
    for _ in range(int(rng.integers(0, 13))):
        if len(inside) and rng.random() < 0.8:
            row = inside.iloc[int(rng.integers(0, len(inside)))]
            x_px = np.clip((row["x1"] + row["x2"]) / 2 + rng.normal(0, 8), 0, SIZE_WH[0])
            y_px = np.clip((row["y1"] + row["y2"]) / 2 + rng.normal(0, 8), 0, SIZE_WH[1])
            marks.append(make_mark(str(row["camera_id"]), float(row["t_s"]), x_px=float(x_px), y_px=float(y_px)))
        else:
            camera = str(rng.choice(sorted(table.picture_wh)))
            x, y = (float(v) for v in rng.random(2))
            marks.append(Mark(camera_id=camera, t_s=float(rng.uniform(*window_s)), x=x, y=y))
    zone = None if rng.random() < 0.2 else f"zone-{int(rng.integers(0, 4))}"
    return Answer(marks=tuple(marks), final_zone=zone, not_on_camera=bool(rng.random() < 0.1))


def make_people(outfits: dict[str, dict[str, str]]) -> pd.DataFrame:
    plain = {
        "role": "student",
        "descriptor": "grey hoodie, blue jeans, black backpack, white shoes",
        "top_kind": "hoodie",
        "top_colour": "grey",
        "bottom_kind": "jeans",
        "bottom_colour": "blue",
        "shoe_colour": "white",
        "hair_colour": "brown",
        "bag_kind": "backpack",
        "bag_colour": "black",
        "look_alike_of": "",
        "nearest_person": "",
        "nearest_distance": 1.0,
    }
    rows = [{"person_id": person, **plain, **changes} for person, changes in outfits.items()]
    return pd.DataFrame(rows, columns=[c.name for c in PEOPLE]).astype({c.name: c.dtype for c in PEOPLE})


def make_walkers_table(rng: np.random.Generator) -> TruthTable:
    cameras = 6
    stays: list[Stay] = []
    for person in range(30):
        at, camera = int(rng.integers(0, 60)), 0
        for _ in range(int(rng.integers(3, 9))):
            last = at + int(rng.integers(30, 65))
            if last >= 600:
                break
            camera = (camera + int(rng.integers(1, cameras))) % cameras
            left = float(rng.integers(0, 800))
            stays.append(
                Stay(
                    camera_id=f"CAM-{camera + 1:02}",
                    person_id=f"P{person + 1:03}",
                    first=at,
                    last=last,
                    box_xyxy=(left, 100.0, left + 50.0, 260.0),
                    zone=f"zone-{camera % 4}",
                )
            )
            at = last + int(rng.integers(21, 60))
    return make_table(stays, cameras=cameras)


def make_event(
    kind: str, *people: str, start_s: float, end_s: float, at_m: tuple[float, float] | None = None, zone: str = "hall-a"
) -> Event:
    return Event(
        event_id="event",
        kind=kind,
        start_s=start_s,
        end_s=end_s,
        person_ids=people,
        camera_id="",
        floor="1",
        zone=zone,
        at_m=at_m,
        shown=(),
        detail={},
    )
