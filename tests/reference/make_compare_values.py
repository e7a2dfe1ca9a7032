"""Write compare_values.json with outside programs: lifelines and scipy. None of this project's code is used.

Run in an environment of its own:
    pip install lifelines==0.30.3 scipy==1.17.1
    python tests/reference/make_compare_values.py
"""

import json
import math
from importlib.metadata import version
from pathlib import Path

import numpy as np
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time
from scipy import optimize, stats

# Ten people, limit 600 s: ties (312.5 twice before, 240 three times after), time-outs on both sides.
BEFORE_S = [312.5, 312.5, 455.0, 600.0, 388.25, 600.0, 521.75, 290.0, 599.0, 410.5]
BEFORE_DONE = [1, 1, 1, 0, 1, 0, 1, 1, 1, 1]
AFTER_S = [240.0, 240.0, 380.0, 505.5, 240.0, 600.0, 430.0, 301.0, 450.25, 333.0]
AFTER_DONE = [1, 1, 1, 1, 1, 0, 1, 1, 1, 1]
# Two drills a person for five people, for intervals that allow for drills of the same person.
REPEATED_S = [300.0, 340.0, 410.0, 600.0, 280.0, 300.0, 520.0, 480.0, 600.0, 600.0]
REPEATED_DONE = [1, 1, 1, 0, 1, 1, 1, 1, 0, 0]
REPEATED_PERSON = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
# IDF1 before and after: two zero differences, tied sizes.
IDF1_BEFORE = [0.61, 0.55, 0.72, 0.80, 0.48, 0.66, 0.70, 0.59, 0.90, 1.00]
IDF1_AFTER = [0.71, 0.65, 0.67, 0.93, 0.68, 0.66, 0.85, 0.64, 1.00, 1.00]
TIMES_S = [300.0, 312.5, 450.0, 600.0]


def describe_curve(durations, done):
    fitter = KaplanMeierFitter(alpha=0.05).fit(durations, done)
    band = fitter.confidence_interval_survival_function_
    events = fitter.event_table
    steps = [float(t) for t in events.index if events.loc[t, "observed"] > 0]
    return {
        "time_s": steps,
        "share": [1.0 - float(fitter.survival_function_.loc[t].iloc[0]) for t in steps],
        "lower": [1.0 - float(band.loc[t].iloc[1]) for t in steps],
        "upper": [1.0 - float(band.loc[t].iloc[0]) for t in steps],
        "at_risk": {str(t): int(np.sum(np.asarray(durations) >= t)) for t in TIMES_S},
        "event_table_at_risk": {str(t): int(events.loc[t, "at_risk"]) for t in steps},
        "restricted_mean_600_s": float(restricted_mean_survival_time(fitter, t=600.0)),
        "restricted_mean_420_s": float(restricted_mean_survival_time(fitter, t=420.0)),
    }


def survival_with_weights(weights, durations, done, at_s):
    fitter = KaplanMeierFitter().fit(durations, done, weights=weights)
    return float(fitter.predict(at_s)), float(restricted_mean_survival_time(fitter, t=600.0))


def move_by_person(durations, done, person, at_s):
    """Numeric derivative of log S(at_s) and of the mean by the weight of each person's drills."""
    step = 1e-5
    moves = []
    for who in sorted(set(person)):
        mine = np.asarray(person) == who
        high = survival_with_weights(np.where(mine, 1.0 + step, 1.0), durations, done, at_s)
        low = survival_with_weights(np.where(mine, 1.0 - step, 1.0), durations, done, at_s)
        moves.append(((math.log(high[0]) - math.log(low[0])) / (2 * step), (high[1] - low[1]) / (2 * step)))
    return np.array(moves)


def ratio_values(before, after):
    logs = np.log(after) - np.log(before)
    low, high = stats.ttest_1samp(logs, 0.0).confidence_interval(0.95)
    return {
        "n": len(logs),
        "estimate": float(stats.gmean(np.asarray(after) / np.asarray(before))),
        "lower": math.exp(low),
        "upper": math.exp(high),
        "p": float(stats.ttest_rel(np.log(after), np.log(before)).pvalue),
    }


def signed_rank_interval(difference):
    """Invert scipy's exact test: the shifts that it does not reject at 5 %."""

    def excess(shift):
        return stats.wilcoxon(difference - shift, method="exact").pvalue - 0.05

    center = float(np.median(difference)) + 1e-7
    low = optimize.bisect(excess, float(difference.min()) - 1.0, center, xtol=1e-10)
    high = optimize.bisect(excess, center, float(difference.max()) + 1.0, xtol=1e-10)
    return low, high


def main():
    both = [i for i in range(10) if BEFORE_DONE[i] and AFTER_DONE[i]]
    difference = np.round(np.array(IDF1_AFTER) - np.array(IDF1_BEFORE), 9)
    changed = difference[difference != 0.0]
    permuted = stats.wilcoxon(changed, method=stats.PermutationMethod(n_resamples=np.inf))
    untied = np.array([0.031, -0.012, 0.074, 0.125, 0.198, -0.043, 0.151, 0.052, 0.103])
    low, high = signed_rank_interval(untied)
    averages = [(untied[i] + untied[j]) / 2 for i in range(len(untied)) for j in range(i, len(untied))]
    moved = move_by_person(REPEATED_S, REPEATED_DONE, REPEATED_PERSON, 450.0)
    before_moves = move_by_person(BEFORE_S, BEFORE_DONE, list(range(10)), 320.0)[:, 1]
    after_moves = move_by_person(AFTER_S, AFTER_DONE, list(range(10)), 320.0)[:, 1]
    values = {
        "versions": {name: version(name) for name in ("lifelines", "scipy", "numpy")},
        "data": {
            "before_s": BEFORE_S,
            "before_done": BEFORE_DONE,
            "after_s": AFTER_S,
            "after_done": AFTER_DONE,
            "repeated_s": REPEATED_S,
            "repeated_done": REPEATED_DONE,
            "repeated_person": REPEATED_PERSON,
            "idf1_before": IDF1_BEFORE,
            "idf1_after": IDF1_AFTER,
            "untied_difference": untied.tolist(),
        },
        "before": describe_curve(BEFORE_S, BEFORE_DONE),
        "after": describe_curve(AFTER_S, AFTER_DONE),
        "ratio": ratio_values([BEFORE_S[i] for i in both], [AFTER_S[i] for i in both]),
        "tied": {"p": float(permuted.pvalue)},
        "untied": {
            "estimate": float(np.median(averages)),
            "lower": low,
            "upper": high,
            "p": float(stats.wilcoxon(untied, method="exact").pvalue),
        },
        "repeated": {
            "log_variance_450_s": float((moved[:, 0] ** 2).sum()),
            "mean_variance": float((moved[:, 1] ** 2).sum()),
        },
        "mean_change": {"variance": float(((after_moves - before_moves) ** 2).sum())},
    }
    target = Path(__file__).with_name("compare_values.json")
    target.write_text(json.dumps(values, indent=1) + "\n")


if __name__ == "__main__":
    main()
