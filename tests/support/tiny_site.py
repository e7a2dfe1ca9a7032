"""A made-up corridor of four zones with a camera in each, seen from the side."""

import itertools

from sim.site.model import SITE_SCHEMA, CameraSpec, Floor, Opening, Site, Space, WalkNode

ZONE_LENGTH_M = 6.0
ZONE_DEPTH_M = 4.0
ZONES = (
    ("lobby", "Lobby", "lobby"),
    ("hall-a", "Hall A", "hall"),
    ("hall-b", "Hall B", "hall"),
    ("cafeteria", "Cafeteria", "cafeteria"),
)


def make_tiny_site() -> Site:
    spaces, cameras, nodes = [], [], []
    for place, (zone_id, name, kind) in enumerate(ZONES):
        left, right = place * ZONE_LENGTH_M, (place + 1) * ZONE_LENGTH_M
        middle = (left + right) / 2
        spaces.append(
            Space(
                floor="f1",
                zone_id=zone_id,
                name=name,
                kind=kind,
                polygon=((left, 0.0), (right, 0.0), (right, ZONE_DEPTH_M), (left, ZONE_DEPTH_M)),
            )
        )
        cameras.append(
            CameraSpec(
                floor="f1",
                camera_id=f"CAM-{place + 1:02d}",
                name=name,
                position_m=(middle, -0.6, 2.2),
                yaw_deg=90.0,
                pitch_deg=-20.0,
                hfov_deg=80.0,
            )
        )
        nodes.append(WalkNode(floor="f1", node_id=f"n-{zone_id}", at=(middle, 2.0)))
    entrances = tuple(
        Opening(floor="f1", door_id=door, name=name, at=(x_m, 2.0), facing_deg=facing, width_m=1.8, kind="exterior")
        for door, name, x_m, facing in (("west-door", "West door", 0.0, 0.0), ("east-door", "East door", 24.0, 180.0))
    )
    gaps = tuple(
        Opening(
            floor="f1",
            door_id=f"gap-{place}",
            name="Passage",
            at=(place * ZONE_LENGTH_M, 2.0),
            facing_deg=0.0,
            width_m=3.6,
            kind="gap",
            leads_to=ZONES[place][0],
        )
        for place in range(1, len(ZONES))
    )
    return Site(
        schema_version=SITE_SCHEMA,
        site_id="tiny-corridor",
        name="Tiny Corridor",
        notice="A made-up corridor for tests.",
        floors=(Floor(floor_id="f1", name="Floor 1", elevation_m=0.0, height_m=3.0),),
        spaces=tuple(spaces),
        openings=(*entrances, *gaps),
        walk_nodes=tuple(nodes),
        walk_edges=tuple((a.node_id, b.node_id) for a, b in itertools.pairwise(nodes)),
        cameras=tuple(cameras),
    )
