"""The columns of the mixed model: what the attempts can tell apart, and what was left out because they cannot."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.compare.data.table import Phase

RANK_TOLERANCE = 1e-8
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDesign:
    """Attempts as a model takes them."""

    log_time: FloatArray  # log of seconds to submit, or of the limit, (m,)
    finished: npt.NDArray[np.bool_]  # submitted inside the limit, (m,)
    columns: FloatArray  # 1, phase (1 is after), then `names[1:]` centered, (m, p)
    names: tuple[str, ...]  # of the columns but the first: "phase" and what is held equal
    person: npt.NDArray[np.int64]
    people: int  # how many
    is_phase_apart: bool  # whether the phase is not a mixture of the other columns
    warnings: tuple[str, ...]  # what could not be held equal, in sentences


def make_model_design(rows: pd.DataFrame) -> ModelDesign:
    """Return the columns for these attempts. What is missing anywhere or never varies is not in the model.

    The drill number enters as its logarithm: practice makes times fall by a power of how often something was done
    (Newell and Rosenbloom 1981), which is a straight line in these logarithms.
    """
    warnings: list[str] = []
    is_after: FloatArray = np.asarray(rows["phase"] == Phase.AFTER.value, dtype=np.float64)
    wanted: list[tuple[str, FloatArray]] = []
    for column, name, lack in (
        ("difficulty", "difficulty", "how hard the forms are"),
        ("drill_number", "log drill number", "the order of the drills"),
    ):
        values = rows[column].to_numpy(dtype=np.float64) if column in rows else np.full(len(rows), np.nan)
        if np.isnan(values).any():
            warnings.append(f"The table does not say {lack}, so the model does not hold that equal.")
        elif np.ptp(values) > 0.0:
            wanted.append((name, np.log(values) if column == "drill_number" else values))
    devices = rows["device"].astype(str).to_numpy() if "device" in rows else np.full(len(rows), "")
    if (devices == "").any():
        warnings.append("The table does not say which device was used, so the model does not hold that equal.")
    else:
        kinds = sorted({str(device) for device in devices})
        wanted += [(f"device {kind}", np.asarray(devices == kind, dtype=np.float64)) for kind in kinds[1:]]
    ones: FloatArray = np.ones(len(rows))
    kept: list[tuple[str, FloatArray]] = []
    for name, values in wanted:
        centered = values - values.mean()
        scale = float(np.abs(centered).max())
        if scale > 0.0 and _rank([ones, *(v for _, v in kept), centered / scale]) == len(kept) + 2:
            kept.append((name, centered / scale))
        else:
            warnings.append(f"What {name} does cannot be told apart from the rest, so it is not in the model.")
    others: list[FloatArray] = [ones, *(v for _, v in kept)]
    codes, people = pd.factorize(rows["person_id"], sort=True)
    return ModelDesign(
        log_time=np.log(rows["duration_s"].to_numpy(dtype=np.float64)),
        finished=rows["finished"].to_numpy(dtype=np.bool_),
        columns=np.column_stack([ones, is_after, *(v for _, v in kept)]),
        names=("phase", *(name for name, _ in kept)),
        person=codes.astype(np.int64),
        people=len(people),
        is_phase_apart=_rank([*others, is_after]) == len(others) + 1,
        warnings=tuple(warnings),
    )


def _rank(columns: list[FloatArray]) -> int:
    """Return the rank of these columns, by the spectrum of their cross product."""
    matrix = np.column_stack(columns)
    spectrum = np.linalg.eigvalsh(matrix.T @ matrix / len(matrix))
    return int((spectrum > RANK_TOLERANCE).sum())
