"""A simulated team as the table that a comparison reads."""

import numpy as np
import pandas as pd

from sim.columns import CONSOLE_PROFILES
from sim.compare.data.table import Phase
from sim.lab.validity.attempt_arrays import LIMIT_S
from sim.services.comparison.power.team_model import Team


def make_table(team: Team) -> pd.DataFrame:
    """Return the team's attempts with the columns of `sim.columns.ATTEMPTS` that are known, under a limit of 600 s."""
    parts = []
    for phase, side, number, form, idf1 in (
        (Phase.BEFORE, team.before, team.number_before, team.form_before, team.idf1_before),
        (Phase.AFTER, team.after, team.number_after, team.form_after, team.idf1_after),
    ):
        parts.append(
            pd.DataFrame(
                {
                    "person_id": [f"p{person:03d}" for person in side.person],
                    "phase": phase.value,
                    "form_id": [f"form {each}" for each in form],
                    "profile": CONSOLE_PROFILES[0],
                    "options": "",
                    "familiar": "yes",
                    "elapsed_s": LIMIT_S * side.duration_s,
                    "finished": side.finished,
                    "limit_s": LIMIT_S,
                    "idf1": idf1,
                    "leg_recall": np.nan,
                    "leg_precision": np.nan,
                    "wrong_person_s": np.nan,
                    "drill_number": number,
                    "chosen_by": "all",
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
