"""The ground-truth table, with what a bare table forgets: frame rate, span, picture sizes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sim.columns import TRUTH
from sim.errors import TruthError
from sim.truth.checked_rows import cast_rows, check_columns


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
