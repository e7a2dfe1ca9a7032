"""How the people of a table came to be in it: people picked for low results get better by themselves."""

import pandas as pd

from sim.columns import CHOSEN_BY
from sim.compare.checks.findings import NOTHING_YET, DesignCheck, Finding, Question, answer

ALL, VOLUNTEERS, LOW_RESULTS, LOW_RESULTS_EARLIER = CHOSEN_BY
UNKNOWN = ""
BY_THEMSELVES = "The slowest quarter of a team is 23 to 34% faster the next time on its own"
NEW_BASELINE = "Give them a new drill before the training, and compare from that one on"


def find_choice(rows: pd.DataFrame) -> str:
    """Return how the people compared were chosen, by the least favorable answer: one of `CHOSEN_BY`, or UNKNOWN."""
    answers = set(rows["chosen_by"].unique())
    for choice in (LOW_RESULTS, UNKNOWN, LOW_RESULTS_EARLIER, VOLUNTEERS):
        if choice in answers:
            return choice
    return ALL


def check_chosen(rows: pd.DataFrame) -> DesignCheck:
    """Whether people were chosen because of their drills before the training."""
    question = Question("Were people chosen because of their drills before?", "how people were chosen")
    if rows.empty:
        return answer(question, NOTHING_YET, finding=Finding.UNKNOWN)
    choice = find_choice(rows)
    if choice == ALL:
        return answer(question, "No, everyone on the team took part.", finding=Finding.FINE)
    if choice == VOLUNTEERS:
        sentence = "No, they volunteered. The result speaks of people who volunteer, not of the whole staff."
        return answer(question, sentence, finding=Finding.FINE)
    if choice == LOW_RESULTS_EARLIER:
        sentence = "By low results in earlier drills, which are not compared; the drills before came after that choice."
        return answer(question, sentence, finding=Finding.FINE)
    if choice == LOW_RESULTS:
        return answer(question, f"Yes, for low results. {BY_THEMSELVES}. {NEW_BASELINE}.", finding=Finding.CONCERN)
    return answer(question, f"The table does not say. {BY_THEMSELVES}.", finding=Finding.UNKNOWN)
