"""Attempts of a simulated team as arrays: quick to draw, to change, to screen, and to write as a table of attempts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from sim.columns import CONSOLE_PROFILES
from sim.compare.checks.people_checks import ALL
from sim.compare.data.table import ACCURACY, Phase
from sim.compare.statistics.survival import Durations

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
LIMIT_S = 600.0
NOTHING_MORE: Mapping[str, npt.NDArray[np.generic]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptArrays:
    """Attempts, one place an attempt, (m,) each."""

    person: IntArray  # whose, from 0; ids may have gaps
    is_after: BoolArray  # after the training
    number: FloatArray  # in which order that person did them, from 1
    form: IntArray
    elapsed_s: FloatArray  # until handed in, or the limit of `LIMIT_S`, or when it was given up
    finished: BoolArray  # handed in inside the limit
    accuracy: FloatArray  # the four measures, (m, 4), in the order of `ACCURACY`
    # further columns of the table by name
    more: Mapping[str, npt.NDArray[np.generic]] = field(default_factory=lambda: NOTHING_MORE)
    is_numbered: bool = True  # the table holds `number`

    def pick(self, mine: BoolArray) -> "AttemptArrays":
        """Return the attempts where `mine`, (m,), is true."""
        return replace(
            self,
            person=self.person[mine],
            is_after=self.is_after[mine],
            number=self.number[mine],
            form=self.form[mine],
            elapsed_s=self.elapsed_s[mine],
            finished=self.finished[mine],
            accuracy=self.accuracy[mine],
            more={name: values[mine] for name, values in self.more.items()},
        )

    def with_column(self, name: str, values: npt.ArrayLike) -> "AttemptArrays":
        """Return the same attempts with a further column; one value stands for all."""
        column = np.broadcast_to(np.asarray(values), self.person.shape)
        return replace(self, more={**self.more, name: column})

    def split(self) -> tuple["AttemptArrays", "AttemptArrays"]:
        """Return the attempts before and after, of people with both."""
        people = np.intersect1d(self.person[~self.is_after], self.person[self.is_after])
        both = np.isin(self.person, people)
        return self.pick(both & ~self.is_after), self.pick(both & self.is_after)

    def make_durations(self) -> Durations:
        """Return times until handed in, time-outs and drills given up at the limit; people numbered from 0."""
        people, person = np.unique(self.person, return_inverse=True)
        return Durations(
            duration_s=np.where(self.finished, self.elapsed_s, LIMIT_S),
            finished=self.finished,
            person=person.astype(np.int64),
            people=len(people),
        )

    def make_table(self) -> pd.DataFrame:
        """Return the table that a comparison reads; it says that nobody was chosen, unless `more` says otherwise."""
        columns: dict[str, object] = {
            "person_id": _name_all("p", self.person),
            "phase": np.where(self.is_after, Phase.AFTER.value, Phase.BEFORE.value),
            "form_id": _name_all("form ", self.form),
            "profile": CONSOLE_PROFILES[0],
            "options": "",
            "familiar": "yes",
            "elapsed_s": self.elapsed_s,
            "finished": self.finished,
            "limit_s": LIMIT_S,
            "chosen_by": ALL,
            **dict(zip(ACCURACY, self.accuracy.T, strict=True)),
            **self.more,
        }
        if self.is_numbered:
            columns["drill_number"] = self.number
        return pd.DataFrame(columns)


def name_person(person: int) -> str:
    """Return the id that a person has in the table."""
    return f"p{person:03d}"


def _name_all(start: str, numbers: IntArray) -> list[str]:
    return [f"{start}{number:03d}" for number in numbers.tolist()]
