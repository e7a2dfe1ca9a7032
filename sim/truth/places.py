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
    rows = index.table.rows.iloc[index.appearance_rows.table_row]
    heights = (rows["y2"] - rows["y1"]).groupby([rows["zone"], rows["camera_id"]], observed=True)
    told = heights.agg(["size", "median"])
    places: dict[str, tuple[str, ...]] = {}
    for zone, own in told.groupby(level="zone", observed=True):
        most = int(own["size"].max())
        if not str(zone) or most < LEAST_ROWS:
            continue
        often = own.droplevel("zone").sort_index()
        often = often[often["size"] >= LEAST_SHARE * most]
        near = often[often["median"] >= LEAST_HEIGHT_SHARE * often["median"].max()]
        ordered = near.sort_values("size", ascending=False, kind="stable")
        places[str(zone)] = tuple(str(camera) for camera in ordered.index)
    return places
