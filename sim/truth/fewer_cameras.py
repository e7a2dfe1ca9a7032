"""The truth of a part of a site: what some of its cameras show, as if there were no others."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial

import numpy as np

from sim.errors import TaskError
from sim.truth.appearance import IntArray
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.silhouettes import Silhouettes


def keep_cameras(index: TruthIndex, camera_ids: Sequence[str] | None) -> TruthIndex:
    """Return the truth of these cameras alone; of None the whole. Everybody stays known, seen or not.

    Raises:
        TaskError: there is no such camera, or one is named twice, or none is named.
    """
    if camera_ids is None:
        return index
    check_cameras(camera_ids, index.camera_ids)
    kept = frozenset(camera_ids)
    table = index.table
    is_kept = table.rows["camera_id"].isin(list(kept)).to_numpy()
    rows = np.flatnonzero(is_kept).astype(np.int64)
    fewer = replace(
        table,
        rows=table.rows[is_kept].reset_index(drop=True),
        picture_wh={name: size for name, size in table.picture_wh.items() if name in kept},
    )
    return make_truth_index(
        fewer,
        people_ids=frozenset(index.person_ids),
        events=index.events,
        site=None if index.site is None else index.site.keep_cameras(kept),
        silhouettes=cache(partial(_keep_silhouettes, index, rows)),
        knows_everybody=index.knows_everybody,
    )


def check_cameras(camera_ids: Sequence[str], known: Sequence[str]) -> None:
    """Raise TaskError when the cameras of a drill are none, some are not there, or one is named twice."""
    if not camera_ids:
        raise TaskError("the drill has no camera", expected="cameras to name one or more", todo="correct cameras")
    strange = [name for name in camera_ids if name not in known]
    if strange:
        raise TaskError(
            f"there is no camera {', '.join(strange)} in this recording for the drill",
            expected=f"some of {', '.join(known)}",
            todo="correct cameras",
        )
    if len(set(camera_ids)) < len(camera_ids):
        raise TaskError(f"a camera of the drill is named twice: {', '.join(camera_ids)}", todo="correct cameras")


def _keep_silhouettes(index: TruthIndex, rows: IntArray) -> Silhouettes | None:
    return None if index.silhouettes is None else _keep_rows(index.silhouettes, rows)


def _keep_rows(silhouettes: Silhouettes, rows: IntArray) -> Silhouettes:
    start, runs = _keep_parts(silhouettes.start, rows)
    shared_start, shared = _keep_parts(silhouettes.shared_start, rows)
    return Silhouettes(
        start=start, runs=silhouettes.runs[runs], shared_start=shared_start, shared=silhouettes.shared[shared]
    )


def _keep_parts(start: IntArray, rows: IntArray) -> tuple[IntArray, IntArray]:
    """Return where the parts of the rows kept begin among those kept [n + 1], and which parts those are."""
    count = np.diff(start)
    is_kept = np.zeros(len(count), dtype=np.bool_)
    is_kept[rows] = True
    begins = np.concatenate([[0], np.cumsum(count[rows])]).astype(np.int64)
    return begins, np.flatnonzero(np.repeat(is_kept, count)).astype(np.int64)
