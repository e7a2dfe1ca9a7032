"""What fitting the mixed model gives."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFit:
    """A fitted mixed model."""

    slope: npt.NDArray[np.float64]  # of each column, log seconds; the second is the phase, (p,)
    model_error: float  # standard error of the phase, if the model holds
    robust_error: float  # the same from each person's score, times people / (people - 1) under the root
    # person_sd, rest_sd: spread between people and from drill to drill, log seconds
    person_sd: float
    rest_sd: float
