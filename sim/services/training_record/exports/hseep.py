"""The record as rows of an exercise evaluation, with the columns of HSEEP's Exercise Evaluation Guide.

Source: FEMA, Homeland Security Exercise and Evaluation Program (January 2020), Exercise Evaluation Guide: core
capability, organizational capability target, critical task, observation notes, target rating P, S, M or U.
"""

from collections import defaultdict
from datetime import UTC, tzinfo

from sim.services.ledger.gaps import name_skill
from sim.services.ledger.record import Record, ResultRecord
from sim.services.training_record.parts import was_tried
from sim.services.training_record.tables import KIND_WORDS
from sim.text.tables import TextTable

HEADER = (
    "Exercise name",
    "Exercise date",
    "Organization/Jurisdiction",
    "Venue",
    "Core capability",
    "Organizational capability target",
    "Critical task",
    "Participants",
    "Observation notes and explanation of rating",
    "Suggested target rating",
    "Evaluator name",
    "Evaluator qualification",
)
CAPABILITY = "Screening, Search, and Detection"
TARGET = "Within the time limit of the drill, everybody searching the cameras meets every part of its pass rule."
SOME, MAJOR = 0.8, 0.5
RATINGS = {
    "P": "Performed without Challenges",
    "S": "Performed with Some Challenges",
    "M": "Performed with Major Challenges",
    "U": "Unable to be Performed",
}


def make_hseep_rows(record: Record, zone: tzinfo = UTC) -> TextTable:
    """Return a row a session and part of the pass rule that somebody really tried.

    Who did nothing that could show a part is not counted in it; the notes say how many those were. The rating is a
    suggestion, with the number of people it comes from: rating is the evaluator's.
    """
    rows = []
    for session in record.sessions:
        results = [result for result in record.results if result.session_id == session.session_id]
        for key, met in _count(results).items():
            rating = suggest_rating(sum(met) / len(met))
            people = "1 person" if len(met) == 1 else f"{len(met)} people"
            idle = sum(key in result.criteria for result in results) - len(met)
            others = f" {idle} more did nothing that could show it, and are not counted." if idle else ""
            rows.append(
                (
                    f"Camera search: {KIND_WORDS.get(session.kind, session.kind)}",
                    session.begins_at.astimezone(zone).date().isoformat(),
                    session.school,
                    session.place,
                    CAPABILITY,
                    TARGET,
                    name_skill(key)[:1].upper() + name_skill(key)[1:],
                    str(len(met)),
                    f"{sum(met)} of {len(met)} who tried this part met it.{others}",
                    f"{rating}: {RATINGS[rating]} (suggested from {people})",
                    session.instructor,
                    session.qualification,
                )
            )
    return TextTable(name="hseep", header=HEADER, rows=tuple(rows))


def suggest_rating(share: float) -> str:
    """Return P when all met a task, S from 80 %, M from half, else U; 0.9 gives "S"."""
    if share >= 1.0:
        return "P"
    if share >= SOME:
        return "S"
    return "M" if share >= MAJOR else "U"


def _count(results: list[ResultRecord]) -> dict[str, list[bool]]:
    met: dict[str, list[bool]] = defaultdict(list)
    for result in results:
        for key, is_met in result.criteria.items():
            if was_tried(key, result):
                met[key].append(is_met is True)
    return dict(met)
