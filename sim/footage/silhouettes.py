"""`silhouettes.parquet`: where everybody is front-most, beside the truth and as secret as it.

One row a row of truth, in its order. Runs of cells are stored as steps: down and right from the run before (the first
from the box's upper left cell) and how many cells more; that packs them into a few bytes a row.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.errors import NewerSchemaError, RecordingError, TruthError
from sim.truth.silhouettes import CELL_PX, RunArray, Silhouettes, make_silhouettes
from sim.truth.table import TruthTable

SILHOUETTES_FILE = "silhouettes.parquet"
SILHOUETTES_SCHEMA = 1
_COLUMNS = ("down", "right", "more")
_VERSION_KEY, _TRUTH_KEY = b"schema_version", b"truth_sha256"


def write_runs(path: Path, parts: Sequence[RunArray]) -> None:
    """Write the runs [r, 3] of the sightings of one camera, for `read_runs`."""
    runs = np.concatenate(parts) if parts else np.zeros((0, 3), dtype=np.int16)
    start = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int32)
    columns = [_make_list(start, runs[:, k]) for k in range(3)]
    pq.write_table(pa.table(columns, names=list(_COLUMNS)), path, compression="zstd")


def read_runs(path: Path) -> list[RunArray]:
    """Return the runs that `write_runs` wrote, one array [r, 3] a sighting. Raises RecordingError: unreadable."""
    start, columns = _read_lists(path, _read_table(path))
    runs = np.column_stack(columns).astype(np.int16)
    return np.split(runs, start[1:-1]) if len(start) > 1 else []


def write_silhouettes(path: Path, runs: Sequence[RunArray], boxes_xyxy: NDArray[np.float64], truth_sha256: str) -> None:
    """Write the silhouettes of a truth; the same runs give the same bytes.

    Args:
        path: the file.
        runs: for each row of truth its runs [r, 3].
        boxes_xyxy: [n, 4] boxes of the truth, pixels.
        truth_sha256: of the file of the truth.
    """
    count = np.array([len(part) for part in runs], dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(count)]).astype(np.int32)
    flat = np.concatenate([*runs, np.zeros((0, 3), dtype=np.int16)]).astype(np.int32)
    steps = np.diff(flat, axis=0, prepend=np.zeros((1, 3), dtype=np.int32))
    first = start[:-1][count > 0]
    steps[first] = flat[first] - _find_corners(boxes_xyxy)[count > 0]
    table = pa.table([_make_list(start, steps[:, k]) for k in range(3)], names=list(_COLUMNS))
    notes = {_VERSION_KEY: str(SILHOUETTES_SCHEMA).encode(), _TRUTH_KEY: truth_sha256.encode()}
    pq.write_table(
        table.replace_schema_metadata(notes), path, compression="zstd", compression_level=19, row_group_size=1 << 20
    )


def read_silhouettes(path: Path, table: TruthTable, *, truth_sha256: str) -> Silhouettes:
    """Read the silhouettes of a truth.

    Raises:
        RecordingError: unreadable, or of another truth; the message names the file.
        NewerSchemaError: written by a newer version.
    """
    read = _read_table(path)
    notes = read.schema.metadata or {}
    version = notes.get(_VERSION_KEY, b"").decode("ascii", "replace")
    if not version.isdecimal():
        raise RecordingError(
            f"{path} says no schema_version", expected=f"{SILHOUETTES_SCHEMA}", todo="restore the file"
        )
    if int(version) > SILHOUETTES_SCHEMA:
        raise NewerSchemaError(
            f"{path} has schema_version {version}",
            expected=f"at most {SILHOUETTES_SCHEMA}",
            todo="update Sightline, or make it again with `python -m sim footage silhouettes`",
        )
    if notes.get(_TRUTH_KEY, b"").decode("ascii", "replace") != truth_sha256:
        raise RecordingError(
            f"{path} belongs to another recording's truth",
            expected=f"the truth with sha256 {truth_sha256[:12]}...",
            todo="restore the file, or make it again with `python -m sim footage silhouettes`",
        )
    start, columns = _read_lists(path, read)
    count = np.diff(start)
    boxes = table.rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64)
    runs = np.column_stack(columns).astype(np.int32)
    try:
        if len(count) == len(boxes):
            runs[start[:-1][count > 0]] += _find_corners(boxes)[count > 0]
            runs = _add_up(runs, start[:-1][count > 0], count[count > 0])
        return make_silhouettes(count.astype(np.int64), runs.astype(np.int16), table)
    except TruthError as error:
        raise RecordingError(
            f"{path}: {error.what}",
            expected=error.expected,
            todo="restore the file, or make it again with `python -m sim footage silhouettes`",
        ) from error


def _find_corners(boxes_xyxy: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return row and column of the upper left cell of each box, and 0: [n, 3]."""
    corners = np.floor(boxes_xyxy[:, [1, 0]] / CELL_PX).astype(np.int32)
    return np.column_stack([corners, np.zeros(len(corners), dtype=np.int32)])


def _add_up(steps: NDArray[np.int32], first: NDArray[np.int64], count: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the running sums of steps [m, 3] that begin anew at each of `first`."""
    total = np.cumsum(steps, axis=0, dtype=np.int64)
    before = total[first] - steps[first]
    return (total - np.repeat(before, count, axis=0)).astype(np.int32)


def _make_list(start: NDArray[np.int32], values: NDArray[np.signedinteger]) -> pa.ListArray:
    return pa.ListArray.from_arrays(pa.array(start, pa.int32()), pa.array(values.astype(np.int16), pa.int16()))


def _read_table(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="a parquet file as this program writes it",
            todo="restore the file, or make it again with `python -m sim footage silhouettes`",
        ) from error
    if table.schema.names != list(_COLUMNS) or any(t != pa.list_(pa.int16()) for t in table.schema.types):
        raise RecordingError(
            f"{path} has the columns {table.schema.names}",
            expected=f"{list(_COLUMNS)}, lists of small whole numbers",
            todo="restore the file, or make it again with `python -m sim footage silhouettes`",
        )
    return table


def _read_lists(path: Path, table: pa.Table) -> tuple[NDArray[np.int64], list[NDArray[np.int16]]]:
    """Return where each row's runs begin [n + 1], and the three columns [m] of all runs."""
    lists = [table.column(name).combine_chunks() for name in _COLUMNS]
    starts = [np.asarray(column.offsets, dtype=np.int64) for column in lists]
    if any(not np.array_equal(starts[0], other) for other in starts[1:]) or any(c.null_count for c in lists):
        raise RecordingError(
            f"{path}: its columns have lists of different lengths",
            todo="restore the file, or make it again with `python -m sim footage silhouettes`",
        )
    return starts[0], [column.values.to_numpy(zero_copy_only=False) for column in lists]
