"""Write compare_values_district.json from compare_attempts.csv with statsmodels and lifelines, in a venv of its own.

Run: pip install statsmodels lifelines && python tests/reference/make_district_values.py
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

HERE = Path(__file__).parent
LIMIT_S = 420.0


def cluster(values, schools):
    """Mean with its error over clusters: ordinary least squares on a constant."""
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": schools, "df_correction": True}, use_t=True
    )
    low, high = fit.conf_int()[0]
    return {"estimate": fit.params[0], "lower": low, "upper": high, "p": fit.pvalues[0]}


def mean_time(rows, weights):
    fitter = KaplanMeierFitter().fit(rows["time_s"], rows["done"], weights=weights)
    return float(restricted_mean_survival_time(fitter, t=LIMIT_S))


def main():
    rows = pd.read_csv(HERE / "compare_attempts.csv")
    before, after = rows[rows["phase"] == "before"], rows[rows["phase"] == "after"]
    people = sorted(set(rows["person"]))
    school = pd.factorize(rows.drop_duplicates("person").set_index("person").loc[people, "school"])[0]
    means = [side.groupby("person")["idf1"].mean().loc[people] for side in (before, after)]
    logs = [np.log(side["full_s"]).groupby(side["person"]).mean().loc[people] for side in (before, after)]
    ones = [np.ones(len(side)) for side in (before, after)]
    ratio = np.log(mean_time(after, ones[1]) / mean_time(before, ones[0]))
    moves = []
    for person in people:
        step, moved = 1e-5, []
        for side in (before, after):
            mine = (side["person"] == person).to_numpy()
            high, low = (np.log(mean_time(side, np.where(mine, 1.0 + way * step, 1.0))) for way in (1, -1))
            moved.append((high - low) / (2 * step))
        moves.append(moved[1] - moved[0])
    values = {
        "versions": {name: version(name) for name in ("statsmodels", "lifelines", "numpy", "pandas")},
        "accuracy": cluster((means[1] - means[0]).to_numpy(), school),
        "log_ratio_without_limit": cluster((logs[1] - logs[0]).to_numpy(), school),
        "mean_ratio": {"log": float(ratio), "variance": float(np.square(moves).sum())},
    }
    (HERE / "compare_values_district.json").write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
