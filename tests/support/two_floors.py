"""A small school of two floors for walkers: a hall on each, and a stairwell with two flights beside them."""

from itertools import pairwise

from sim.site.model import Site, parse_site

RISE_M = 3.6
HALF_M = 1.8
STEPS = 11
TREAD_M = 4.0 / STEPS


def _node(floor: str, node_id: str, x: float, y: float, width_m: float = 1.6, **more: object) -> dict[str, object]:
    return {"node_id": node_id, "floor": floor, "at": (x, y), "width_m": width_m} | more


def _door(floor: str, door_id: str, x: float, y: float, facing_deg: float, **more: object) -> dict[str, object]:
    parts = {"door_id": door_id, "name": door_id, "floor": floor, "at": (x, y), "kind": "classroom", "width_m": 1.5}
    return parts | {"facing_deg": facing_deg} | more


def _ramp(low_xy: tuple[float, float], high_xy: tuple[float, float], **more: object) -> dict[str, object]:
    (x1, y1), (x2, y2) = low_xy, high_xy
    return {"floor": "1", "polygon": [(x1, y1), (x2, y1), (x2, y2), (x1, y2)], "steps": 0} | more


def make_two_floor_site() -> Site:
    """Two halls of 12 m x 4.4 m; doors `street` and `class-1` below, `class-2` above; two flights by a half landing."""
    hall = {"kind": "hall", "polygon": [(0, 3), (12, 3), (12, 7.4), (0, 7.4)]}
    data = {
        "schema_version": 1,
        "site_id": "two-floors",
        "name": "Two Floors",
        "notice": "fictional",
        "floors": [
            {"floor_id": "1", "name": "First", "elevation_m": 0.0, "height_m": 3.0},
            {"floor_id": "2", "name": "Second", "elevation_m": RISE_M, "height_m": 3.0},
        ],
        "spaces": [
            hall | {"zone_id": "low-hall", "name": "Low Hall", "floor": "1"},
            hall | {"zone_id": "high-hall", "name": "High Hall", "floor": "2"},
            {
                "zone_id": "stair",
                "name": "Stair",
                "kind": "stair",
                "floor": "1",
                "height_m": RISE_M + 3.0,
                "polygon": [(12, -2), (16.4, -2), (16.4, 7.4), (12, 7.4)],
            },
        ],
        "openings": [
            _door("1", "street", 0, 5, 0),
            _door("1", "class-1", 6, 7.4, -90),
            _door("1", "arch", 12, 6.5, 0, kind="gap", leads_to="stair"),
            _door("1", "stair-up", 12, 4.8, 180, kind="stair", leads_to="high-hall", z_m=RISE_M, width_m=1.4),
            _door("2", "stair-down", 12, 4.8, 180, kind="stair", leads_to="stair", width_m=1.4),
            _door("2", "class-2", 4, 7.4, -90),
        ],
        "ramps": [
            _ramp((14.3, 0), (16.3, 4), foot=(15.3, 4), top=(15.3, 0), foot_z_m=0, top_z_m=HALF_M, steps=STEPS),
            _ramp((12.1, -1.9), (16.3, 0), foot=(12.1, -1), top=(16.3, -1), foot_z_m=HALF_M, top_z_m=HALF_M),
            _ramp((12.1, 0), (14.1, 4), foot=(13.1, 0), top=(13.1, 4), foot_z_m=HALF_M, top_z_m=RISE_M, steps=STEPS),
            _ramp((12.1, 4), (14.1, 5.6), foot=(13.1, 4), top=(13.1, 5.6), foot_z_m=RISE_M, top_z_m=RISE_M),
        ],
        "walk_nodes": [
            _node("1", "street-out", -1.2, 5, 1.2, door="street"),
            _node("1", "street-sill", 0, 5, 1.2),
            _node("1", "low-west", 2, 5),
            _node("1", "low-mid", 6, 5),
            _node("1", "class-1-sill", 6, 7.4, 1.2),
            _node("1", "class-1-in", 6, 8.5, 1.0, door="class-1"),
            _node("1", "arch", 12, 6.5, 1.2),
            _node("1", "foyer", 15.2, 6.4, 1.4),
            _node("1", "flight-1-foot", 15.3, 4),
            _node("1", "flight-1-top", 15.3, 0, z_m=HALF_M),
            _node("1", "half-east", 15.3, -1, z_m=HALF_M),
            _node("1", "half-west", 13.1, -1, z_m=HALF_M),
            _node("1", "flight-2-foot", 13.1, 0, z_m=HALF_M),
            _node("1", "flight-2-top", 13.1, 4, z_m=RISE_M),
            _node("1", "landing", 13.1, 4.8, 1.2, z_m=RISE_M),
            _node("2", "high-door", 11.2, 4.8, 1.2),
            _node("2", "high-mid", 6, 5),
            _node("2", "high-west", 4, 5),
            _node("2", "class-2-sill", 4, 7.4, 1.2),
            _node("2", "class-2-in", 4, 8.5, 1.0, door="class-2"),
        ],
        "walk_edges": [
            *pairwise(("street-out", "street-sill", "low-west", "low-mid", "class-1-sill", "class-1-in")),
            *pairwise(("low-mid", "arch", "foyer", "flight-1-foot", "flight-1-top", "half-east", "half-west")),
            *pairwise(("half-west", "flight-2-foot", "flight-2-top", "landing", "high-door", "high-mid", "high-west")),
            *pairwise(("high-west", "class-2-sill", "class-2-in")),
        ],
        "cameras": [
            {"camera_id": "CAM-01", "name": "Low hall", "floor": "1", "position_m": (0.5, 3.5, 2.6)}
            | {"yaw_deg": 10, "pitch_deg": -15, "hfov_deg": 80}
        ],
    }
    return parse_site(data, source="two floors")
