"""Parquet files that are the same bytes for the same rows."""

from collections.abc import Mapping
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
    path: Path, *, columns: tuple[Column, ...], later: Mapping[str, str | float] = MappingProxyType({})
) -> pd.DataFrame:
    """Read a table of these columns and types.

    Args:
        path: the file.
        columns: what it has to hold.
        later: columns that files written by older versions lack, and what is read in their place.

    Raises:
        RecordingError: unreadable, or other columns; the message names the file.
    """
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise RecordingError(
            f"{path} cannot be read ({error.__class__.__name__})",
            expected="a parquet file as this program writes it",
            todo="restore the file, or build the recording again",
        ) from error
    names = [c.name for c in columns]
    if table.column_names != names and table.column_names != [n for n in names if n not in later]:
        raise RecordingError(
            f"{path} has the columns {table.column_names}", expected=str(names), todo="build the recording again"
        )
    frame: pd.DataFrame = table.to_pandas()
    frame = frame.assign(**{n: v for n, v in later.items() if n not in frame})[names]
    return frame.astype({c.name: c.dtype for c in columns})
