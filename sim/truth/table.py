"""The ground-truth table, with what a bare table forgets: frame rate, span, picture sizes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.columns import TRUTH, Column
from sim.errors import TruthError


def check_columns(rows: pd.DataFrame, columns: tuple[Column, ...], *, name: str) -> None:
    """Refuse rows that have other columns or dtypes. Raises TruthError, which names the table and the column."""
    names = [c.name for c in columns]
    if list(rows.columns) != names:
        raise TruthError(f"{name} columns are {list(rows.columns)}", expected=str(names))
    for column in columns:
        found = rows[column.name].dtype
        right = isinstance(found, pd.StringDtype) if column.dtype == "str" else str(found) == column.dtype
        if not right:
            raise TruthError(f"{name} column {column.name} has dtype {found}", expected=column.dtype)


def cast_rows(rows: pd.DataFrame, columns: tuple[Column, ...], *, name: str, order: Sequence[str]) -> pd.DataFrame:
    """Return the rows with these columns and dtypes, sorted by `order`, index 0..n-1. A missing column: TruthError."""
    names = [c.name for c in columns]
    missing = [column for column in names if column not in rows.columns]
    if missing:
        raise TruthError(f"the {name} table lacks the columns {missing}", expected=str(names))
    cast = rows[names].astype({c.name: c.dtype for c in columns})
    return cast.sort_values(list(order), kind="stable", ignore_index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthTable:
    """Every sighting of a recording.

    Raises:
        TruthError: columns, dtypes, order or values are not as `sim.columns.TRUTH` says.
    """

    # one row a sighting, columns `sim.columns.TRUTH`, sorted by camera_id, person_id, frame, index 0..n-1
    rows: pd.DataFrame
    fps: float  # frames a second of every camera
    duration_s: float  # length of the recording
    # main-stream size in pixels of every camera of the recording, seen by someone or not
    picture_wh: Mapping[str, tuple[int, int]]
    floor_zones: frozenset[str] = field(default_factory=frozenset)  # zone_ids that exist at the site

    def __post_init__(self) -> None:
        check_columns(self.rows, TRUTH, name="truth")
        if not (np.isfinite(self.fps) and self.fps > 0 and np.isfinite(self.duration_s) and self.duration_s > 0):
            raise TruthError(f"fps {self.fps} and duration {self.duration_s} s must be positive numbers")
        unknown = set(self.rows["camera_id"].unique()) - set(self.picture_wh)
        if unknown:
            raise TruthError(f"truth has cameras {sorted(unknown)}", expected=f"only {sorted(self.picture_wh)}")
        numbers = self.rows[["t_s", "x1", "y1", "x2", "y2", "visible"]].to_numpy(dtype=np.float64)
        if not np.isfinite(numbers).all():
            raise TruthError("truth holds numbers that are not finite")

    @property
    def person_ids(self) -> frozenset[str]:
        """Everybody who is seen at least once."""
        return frozenset(str(p) for p in self.rows["person_id"].unique())

    @property
    def frame_count(self) -> int:
        """Frames of every camera."""
        return round(self.duration_s * self.fps)


def make_truth_table(
    rows: pd.DataFrame,
    *,
    fps: float,
    duration_s: float,
    picture_wh: Mapping[str, tuple[int, int]],
    floor_zones: frozenset[str] = frozenset(),
) -> TruthTable:
    """Cast rows to the column types, sort them, and wrap them. Raises TruthError on missing columns."""
    ordered = cast_rows(rows, TRUTH, name="truth", order=("camera_id", "person_id", "frame"))
    return TruthTable(
        rows=ordered, fps=fps, duration_s=duration_s, picture_wh=dict(picture_wh), floor_zones=floor_zones
    )
