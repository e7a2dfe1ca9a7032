"""Parquet files that are the same bytes for the same rows."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.columns import Column
from sim.errors import RecordingError

_ARROW_TYPES = {"str": pa.string(), "int32": pa.int32(), "float32": pa.float32(), "float64": pa.float64()}


def write_table(path: Path, rows: pd.DataFrame, *, columns: tuple[Column, ...]) -> None:
    """Write rows with exactly these columns; neither index nor any program's notes go into the file."""
    schema = pa.schema([(c.name, _ARROW_TYPES[c.dtype]) for c in columns])
    table = pa.table({c.name: pa.array(rows[c.name], type=_ARROW_TYPES[c.dtype]) for c in columns}, schema=schema)
    pq.write_table(
        table, path, compression="zstd", compression_level=9, use_dictionary=True, row_group_size=1 << 20, version="2.6"
    )


def read_table(
    path: Path,
    *,
    columns: tuple[Column, ...],
    later: Mapping[str, str | float] = MappingProxyType({}),
    only: Collection[str] | None = None,
) -> pd.DataFrame:
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
    if found not in (names, [n for n in names if n not in later]):
        raise RecordingError(f"{path} has the columns {found}", expected=str(names), todo="build the recording again")
    frame: pd.DataFrame = table.to_pandas()
    del table
    # Arrow keeps what it read with, some 30 MB after a truth
    pa.default_memory_pool().release_unused()
    wanted = [c for c in columns if only is None or c.name in only]
    frame = frame.assign(**{n: v for n, v in later.items() if n not in frame})[[c.name for c in wanted]]
    return frame.astype({c.name: c.dtype for c in wanted})
