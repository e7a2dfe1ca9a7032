"""Which cameras show a place, as the people seen there tell."""

from collections.abc import Mapping

from sim.truth.index import TruthIndex

LEAST_ROWS = 50
LEAST_SHARE = 0.25


def find_place_cameras(index: TruthIndex) -> Mapping[str, tuple[str, ...]]:
    """Return for each zone the cameras that show it, the one that shows most first, by zone_id in alphabetical order.

    A camera shows a zone when it has at least a quarter as many countable sightings of people there as the camera that
    has most; zones with fewer than 50 sightings on every camera are left out.
    """
    rows = index.table.rows.iloc[index.appearance_rows.table_row]
    counts = rows.groupby(["zone", "camera_id"], observed=True).size()
    places: dict[str, tuple[str, ...]] = {}
    for zone, own in counts.groupby(level="zone", observed=True):
        cameras = own.droplevel("zone").sort_index().sort_values(ascending=False, kind="stable")
        if str(zone) and cameras.iloc[0] >= LEAST_ROWS:
            shown = cameras[cameras >= LEAST_SHARE * cameras.iloc[0]]
            places[str(zone)] = tuple(str(camera) for camera in shown.index)
    return places
