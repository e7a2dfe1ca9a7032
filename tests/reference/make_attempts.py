"""Write compare_attempts.csv, the drills that compare_values_r.json is computed from. None of this project's code.

Run: python tests/reference/make_attempts.py
"""

import csv
from pathlib import Path

import numpy as np


def main():
    rng = np.random.default_rng(20_261_125)
    rows = []
    for person in range(10):
        level, skill = rng.normal(5.75, 0.3), rng.normal(0.6, 0.1)
        for number in range(1, 9):
            after = number > 4
            difficulty = round(float(rng.normal(20.0, 3.0)), 1)
            device = "tablet" if rng.random() < 0.4 else "computer"
            log_time = level - 0.25 * after - 0.12 * np.log(number) + 0.02 * (difficulty - 20.0)
            log_time += 0.1 * (device == "tablet") + rng.normal(0.0, 0.35)
            # to the next five seconds, so that drills of one person tie
            full = 5.0 * round(float(np.exp(log_time)) / 5.0)
            rows.append(
                {
                    "person": f"p{person:02d}",
                    "phase": "after" if after else "before",
                    "number": number,
                    "difficulty": difficulty,
                    "device": device,
                    "group": "waiting" if person % 2 else "trained",
                    "school": f"s{person % 4}",
                    "full_s": full,
                    "time_s": min(full, 420.0),
                    "done": int(full <= 420.0),
                    "idf1": round(float(np.clip(skill + 0.08 * after + rng.normal(0.0, 0.12), 0.0, 1.0)), 2),
                }
            )
    with Path(__file__).with_name("compare_attempts.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
