"""Which cameras show a place, as the people seen there tell."""

from collections.abc import Mapping

from sim.truth.index import TruthIndex

LEAST_ROWS = 50
LEAST_SHARE = 0.25
LEAST_HEIGHT_SHARE = 0.5


def find_place_cameras(index: TruthIndex) -> Mapping[str, tuple[str, ...]]:
    """Return for each zone the cameras that show it, the one that shows most first, by zone_id in alphabetical order.

    Countable sightings of the whole recording are asked. A camera shows a zone when it has at least a quarter as many
    of people there as the camera that has most, and when they are at least half as tall in it (median box height) as in
    the one of these cameras that has them tallest: 64 px against 180 px is too far off. Zones with fewer than 50
    sightings on every camera are left out.
    """
    rows = index.table.rows[["zone", "camera_id", "y1", "y2"]].iloc[index.appearance_rows.table_row]
    heights = (rows["y2"] - rows["y1"]).groupby([rows["zone"], rows["camera_id"]], observed=True)
    told = heights.agg(["size", "median"])
    seen: dict[str, list[tuple[str, int, float]]] = {}
    for (zone, camera), size, median in zip(told.index, told["size"].tolist(), told["median"].tolist(), strict=True):
        seen.setdefault(str(zone), []).append((str(camera), size, median))
    places: dict[str, tuple[str, ...]] = {}
    for zone, own in seen.items():
        most = max(size for _, size, _ in own)
        if not zone or most < LEAST_ROWS:
            continue
        often = [each for each in own if each[1] >= LEAST_SHARE * most]
        tallest = max(median for _, _, median in often)
        near = [each for each in often if each[2] >= LEAST_HEIGHT_SHARE * tallest]
        places[zone] = tuple(camera for camera, _, _ in sorted(near, key=lambda each: -each[1]))
    return places
