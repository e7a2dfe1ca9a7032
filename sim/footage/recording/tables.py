"""Parquet files of a recording: plain tables, the same bytes for the same rows, and silhouettes.

`silhouettes.parquet` says where everybody is front-most, beside the truth and as secret as it: one row a row of truth,
in its order. Cells are stored as steps: down and right from the run, or the shared cell, before (the first from the
box's upper left cell), and how many cells more; that packs them into a few bytes a row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.columns import Column
from sim.errors import NewerSchemaError, RecordingError, TruthError
from sim.truth.silhouettes import CELL_PX, RunArray, SharedArray, Silhouettes, make_silhouettes
from sim.truth.table import TruthTable

_ARROW_TYPES = {"str": pa.string(), "int32": pa.int32(), "float32": pa.float32(), "float64": pa.float64()}


def write_table(path: Path, rows: pd.DataFrame, *, columns: tuple[Column, ...]) -> None:
    """Write rows with exactly these columns; neither index nor any program's notes go into the file."""
    schema = pa.schema([(c.name, _ARROW_TYPES[c.dtype]) for c in columns])
    table = pa.table({c.name: pa.array(rows[c.name], type=_ARROW_TYPES[c.dtype]) for c in columns}, schema=schema)
    pq.write_table(
        table, path, compression="zstd", compression_level=9, use_dictionary=True, row_group_size=1 << 20, version="2.6"
    )


def read_table(path: Path, *, columns: tuple[Column, ...], only: Collection[str] | None = None) -> pd.DataFrame:
    try:
        with pq.ParquetFile(path) as file:
            found = file.schema_arrow.names
            table = file.read(columns=None if only is None else [name for name in found if name in only])
    except (OSError, pa.ArrowException) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="a parquet file as this program writes it",
            todo="restore the file, or build the recording again",
        ) from error
    names = [c.name for c in columns]
    if found != names:
        raise RecordingError(f"{path} has the columns {found}", expected=str(names), todo="build the recording again")
    frame: pd.DataFrame = table.to_pandas()
    del table
    wanted = [c for c in columns if only is None or c.name in only]
    return frame[[c.name for c in wanted]].astype({c.name: c.dtype for c in wanted})


SILHOUETTES_FILE = "silhouettes.parquet"
SILHOUETTES_SCHEMA = 1
_COLUMNS = ("down", "right", "more", "shared_down", "shared_right", "shared_pixels")
_TODO = "restore the file, or build the recording again"
_VERSION_KEY, _TRUTH_KEY = b"schema_version", b"truth_sha256"

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The silhouettes of some sightings: for each its runs [r, 3] and shared cells [s, 3]."""

    runs: Sequence[RunArray]
    shared: Sequence[SharedArray]


def write_cells(path: Path, cells: Cells) -> None:
    columns = [*_make_lists(*_lay_out(cells.runs)), *_make_lists(*_lay_out(cells.shared))]
    pq.write_table(pa.table(columns, names=list(_COLUMNS)), path, compression="zstd")


def read_cells(path: Path) -> Cells:
    """Return what `write_cells` wrote. Raises RecordingError: unreadable."""
    (start, runs), (shared_start, shared) = _read_lists(path, _read_table(path))
    return Cells(
        runs=np.split(_join_columns(runs, np.int16), start[1:-1]) if len(start) > 1 else [],
        shared=np.split(_join_columns(shared, np.int32), shared_start[1:-1]) if len(shared_start) > 1 else [],
    )


def write_silhouettes(path: Path, cells: Cells, boxes_xyxy: NDArray[np.float64], truth_sha256: str) -> None:
    """Write the silhouettes of a truth; the same cells give the same bytes."""
    corners = _find_corners(boxes_xyxy)
    start, runs = _lay_out(cells.runs)
    shared_start, shared = _lay_out(cells.shared)
    columns = [
        *_make_lists(start, _make_steps(start, runs, corners, width=3)),
        *_make_lists(shared_start, _make_steps(shared_start, shared, corners, width=2)),
    ]
    notes = {_VERSION_KEY: str(SILHOUETTES_SCHEMA).encode(), _TRUTH_KEY: truth_sha256.encode()}
    table = pa.table(columns, names=list(_COLUMNS)).replace_schema_metadata(notes)
    pq.write_table(table, path, compression="zstd", compression_level=19, row_group_size=1 << 20)


def read_silhouettes(path: Path, table: TruthTable, *, truth_sha256: str) -> Silhouettes:
    read = _read_table(path)
    _check_notes(path, read.schema.metadata or {}, truth_sha256=truth_sha256)
    (start, runs), (shared_start, shared) = _read_lists(path, read)
    del read
    corners = _find_corners(table.rows[["x1", "y1", "x2", "y2"]].to_numpy(dtype=np.float64))
    try:
        if len(start) == len(corners) + 1:
            _add_steps(start, runs, corners, width=3)
            _add_steps(shared_start, shared, corners, width=2)
        run_cells, shared_cells = _join_columns(runs, np.int16), _join_columns(shared, np.int32)
        del runs, shared
        return make_silhouettes(
            count=np.diff(start), runs=run_cells, shared_count=np.diff(shared_start), shared=shared_cells, table=table
        )
    except TruthError as error:
        raise RecordingError(f"{path}: {error.what}", expected=error.expected, todo=_TODO) from error


def _check_notes(path: Path, notes: dict[bytes, bytes], *, truth_sha256: str) -> None:
    version = notes.get(_VERSION_KEY, b"").decode("ascii", "replace")
    if not version.isdecimal():
        raise RecordingError(f"{path} says no schema_version", expected=f"{SILHOUETTES_SCHEMA}", todo=_TODO)
    if int(version) > SILHOUETTES_SCHEMA:
        raise NewerSchemaError(
            f"{path} has schema_version {version}",
            expected=f"at most {SILHOUETTES_SCHEMA}",
            todo="update Sightline, or build the recording again",
        )
    if notes.get(_TRUTH_KEY, b"").decode("ascii", "replace") != truth_sha256:
        raise RecordingError(
            f"{path} belongs to another recording's truth",
            expected=f"the truth with sha256 {truth_sha256[:12]}...",
            todo=_TODO,
        )


def _lay_out(parts: Sequence[NDArray[np.signedinteger]]) -> tuple[Numbers, Numbers]:
    """Return where each part begins [n + 1], and all parts [m, 3] one after the other."""
    start = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    return start, np.concatenate([*parts, np.zeros((0, 3))]).astype(np.int64)


def _find_corners(boxes_xyxy: NDArray[np.float64]) -> Numbers:
    """Return row and column of the upper left cell of each box, and 0: [n, 3]."""
    corners = np.floor(boxes_xyxy[:, [1, 0]] / CELL_PX).astype(np.int64)
    return np.column_stack([corners, np.zeros(len(corners), dtype=np.int64)])


def _make_steps(start: Numbers, cells: Numbers, corners: Numbers, *, width: int) -> Numbers:
    """Return cells [m, 3] with the first `width` columns as steps from the one before, the first from its corner."""
    steps = cells.copy()
    steps[1:, :width] -= cells[:-1, :width]
    used = np.diff(start) > 0
    first = start[:-1][used]
    steps[first, :width] = (cells[first] - corners[used])[:, :width]
    return steps


def _add_steps(start: Numbers, columns: list[NDArray[np.int32]], corners: Numbers, *, width: int) -> None:
    """Turn what `_make_steps` made of the first `width` columns back into cells, in place.

    A column at a time, in 32 bits: there are millions of runs, and their sums over all may run over and back.
    """
    used = np.diff(start) > 0
    first, count = start[:-1][used], np.diff(start)[used]
    for k in range(width):
        steps = columns[k]
        total = np.cumsum(steps, dtype=np.int32)
        total -= np.repeat(total[first] - steps[first] - corners[used, k].astype(np.int32), count)
        columns[k] = total


def _join_columns(columns: Sequence[NDArray[np.int32]], dtype: type[np.int16] | type[np.int32]) -> NDArray[Any]:
    """Return columns of length m side by side, [m, 3]."""
    joined = np.empty((len(columns[0]), len(columns)), dtype=dtype)
    for k, column in enumerate(columns):
        joined[:, k] = column
    return joined


def _make_lists(start: Numbers, cells: Numbers) -> list[pa.ListArray]:
    offsets = pa.array(start.astype(np.int32), pa.int32())
    return [pa.ListArray.from_arrays(offsets, pa.array(cells[:, k].astype(np.int32), pa.int32())) for k in range(3)]


def _read_table(path: Path) -> pa.Table:
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="a parquet file as this program writes it",
            todo=_TODO,
        ) from error
    if table.schema.names != list(_COLUMNS) or any(t != pa.list_(pa.int32()) for t in table.schema.types):
        raise RecordingError(
            f"{path} has the columns {table.schema.names}",
            expected=f"{list(_COLUMNS)}, lists of whole numbers",
            todo=_TODO,
        )
    return table


def _read_lists(
    path: Path, table: pa.Table
) -> tuple[tuple[Numbers, list[NDArray[np.int32]]], tuple[Numbers, list[NDArray[np.int32]]]]:
    """Return, of the runs and of the shared cells, where each row's begin [n + 1] and their three columns [m]."""
    lists = [table.column(name).combine_chunks() for name in _COLUMNS]
    starts = [np.asarray(column.offsets, dtype=np.int64) for column in lists]
    same = all(np.array_equal(starts[3 * (k // 3)], own) for k, own in enumerate(starts))
    if not same or any(column.null_count or column.values.null_count for column in lists):  # noqa: PD011 - Arrow's
        raise RecordingError(f"{path}: its columns have lists of different lengths", todo=_TODO)
    flat = [column.values.to_numpy(zero_copy_only=False) for column in lists]  # noqa: PD011 - Arrow's
    return (starts[0], flat[:3]), (starts[3], flat[3:])
