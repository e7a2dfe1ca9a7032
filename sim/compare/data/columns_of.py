"""Columns that a table of attempts may lack: their values, or that they are not known."""

import numpy as np
import numpy.typing as npt
import pandas as pd


def get_numbers(rows: pd.DataFrame, name: str) -> npt.NDArray[np.float64] | None:
    """Return a column's numbers, or None when the table lacks it or a cell is empty."""
    if name not in rows.columns:
        return None
    values = rows[name].to_numpy(dtype=np.float64)
    return None if np.isnan(values).any() else values


def get_names(rows: pd.DataFrame, name: str) -> npt.NDArray[np.object_] | None:
    """Return a column's names, or None when the table lacks it or a cell is empty."""
    if name not in rows.columns:
        return None
    values = rows[name].to_numpy(dtype=object)
    return None if (values == "").any() else values
