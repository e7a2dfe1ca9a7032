"""Giving somebody the re-drill for what they have still to practise."""

from sim.services.app.wiring import App
from sim.services.team import given_drills as team_drills


def give_redrill(app: App, person_id: str, *, after: str, by: str = "") -> str:
    """Give a person another drill of the kind that showed a gap; return the attempt's id.

    A re-drill that was given and has not ended is handed out again as it is. It closes the gap when it is done well; it
    is in no comparison and counts for no step of a programme.

    Args:
        app: the services.
        person_id: who.
        after: the attempt that showed the gap.
        by: who gives it; the training record names them.

    Raises:
        StoreError: unknown person, or one who has left.
        TaskError: there is no such drill that they have not seen; the message says why.
    """
    return team_drills.create_attempt(app, person_id, None, redrill_of=after, by=by)
