"""A camera's cone on the plan is the floor in its picture, for every camera of two sites.

Visible floor, here and in sim/site/drawn_plan.py: floor of the camera's storey between the walls' faces, stairs and
doorways included, up to 65 m away, that lies in the picture as the lens draws it and that neither walls, the wall over
an opening, the sill of a window, stairs, canopies nor buildings hide. Furniture, plants and vehicles are looked past:
they hide floor, but not the person who walks behind them.
"""

from functools import cache
from pathlib import Path

import pytest

from sim.site.drawn_plan import compute_visible_floor
from sim.site.model import CameraSpec, Site, load_site
from sim.site.obstacles import FloorModel, make_floor_model
from tests.support.floor_in_picture import (
    FloorCells,
    HeightMap,
    find_floor_in_plate,
    find_floor_past_walls,
    make_floor_cells,
    make_height_map,
)

SITES = Path(__file__).parents[2] / "scenarios" / "sites"
MOST_OFF = 0.02


@cache
def get_site(site_id: str) -> Site:
    return load_site(SITES / site_id)


@cache
def get_storey(site_id: str, floor_id: str) -> tuple[FloorCells, HeightMap, FloorModel]:
    site = get_site(site_id)
    return make_floor_cells(site, floor_id), make_height_map(site, floor_id), make_floor_model(site, floor_id)


CAMERAS = [
    pytest.param(site_id, camera, id=f"{site_id}-{camera.camera_id}")
    for site_id in ("maple-ridge", "lincoln-high")
    for camera in get_site(site_id).cameras
]


@pytest.mark.parametrize(("site_id", "camera"), CAMERAS)
def test_cone_is_the_floor_in_the_picture(site_id: str, camera: CameraSpec) -> None:
    cells, heights, model = get_storey(site_id, camera.floor)
    cone = cells.find_inside(compute_visible_floor(model, camera))
    seen = find_floor_past_walls(heights, camera, cells)
    assert (cone ^ seen).sum() <= MOST_OFF * seen.sum()
    shown = find_floor_in_plate(SITES / site_id / "plates", camera, cells)
    assert (shown & ~cone).sum() <= MOST_OFF * shown.sum()
