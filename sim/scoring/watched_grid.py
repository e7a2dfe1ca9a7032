"""Which footage was on screen, camera by camera and slice by slice of site time. The wall does not count."""

from collections.abc import Iterable, Sequence

import numpy as np

from sim.scoring.evidence import Watch
from sim.scoring.footage_use import Span, merge_spans
from sim.truth.appearance import FloatArray


def compute_watched_s(watches: Iterable[Watch], *, camera_ids: Sequence[str], edges_s: Sequence[float]) -> FloatArray:
    """Return site seconds of each camera seen in each slice, repeats counted again, [cameras, slices].

    CAM-01 played from 5 to 25 s and once more from 20 to 25 s, slices at 0, 10, 20 and 30 s: 5, 10 and 10 s.

    Args:
        watches: what was played or stepped through.
        camera_ids: the rows; watches of other cameras are left out.
        edges_s: where slices meet, ascending, one more than there are slices.
    """
    edges = np.asarray(edges_s, dtype=np.float64)
    places = {camera: row for row, camera in enumerate(camera_ids)}
    watched = np.zeros((len(camera_ids), len(edges) - 1), dtype=np.float64)
    for watch in watches:
        overlap = np.minimum(edges[1:], watch.site_to_s) - np.maximum(edges[:-1], watch.site_from_s)
        for camera in watch.cameras:
            if camera in places:
                watched[places[camera]] += np.maximum(overlap, 0.0)
    return watched


def list_seen(watches: Iterable[Watch], camera_id: str) -> list[Span]:
    """Return the site time of a camera that was seen at least once, as disjoint spans, ascending."""
    return merge_spans((w.site_from_s, w.site_to_s) for w in watches if camera_id in w.cameras)


def sum_overlap_s(seen: Iterable[Span], wanted: Iterable[Span]) -> float:
    """Return how much of some spans lies in others; each list is of disjoint spans.

    Of 10 to 20 s and 30 to 35 s, 15 to 32 s has 7 s.
    """
    spans = list(wanted)
    return sum(max(0.0, min(high, b) - max(low, a)) for low, high in seen for a, b in spans)
