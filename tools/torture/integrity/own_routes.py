"""Somebody on the network asks what Streamlit tells about itself: how many pages are open, and how to drive them."""

from tools.torture.integrity.school import open_school
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.trial import Trial

PATHS = (
    "/_stcore/metrics",
    "/_stcore/metrics?families=active_sessions",
    "/_stcore/metrics/",
    "//_stcore/metrics",
    "/%5Fstcore/metrics",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/interact",
    "/_stcore/agent/mcp",
    "/_stcore/script-health-check",
)
METHODS = ("GET", "POST", "OPTIONS")


def ask_own_routes(rig: Rig) -> Outcome:
    """Ask every route in every way; each must answer that there is nothing."""
    wrong = []
    with open_school(rig) as school:
        for path in PATHS:
            for method in METHODS:
                answer = school.ask(path, method=method)
                if answer.status != 404 or "openapi" in str(answer.headers) or "active_sessions" in answer.text:
                    wrong.append(f"{method} {path} answers {answer.status} “{answer.text[:60]}”")
    return Outcome(saw=f"{len(PATHS) * len(METHODS)} questions, each “404 Not Found”", wrong=tuple(wrong[:5]))


ATTACK = Trial(
    name="own-routes",
    fault="Streamlit's metrics and the description of its interface for programs asked for, in every spelling",
    try_once=ask_own_routes,
    usual_s=20.0,
    part="integrity",
)
