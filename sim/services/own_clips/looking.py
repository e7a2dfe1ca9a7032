"""Clips in which almost no heads were found though much moves: nobody uses one before somebody has looked at it."""

from datetime import datetime
from pathlib import Path

from sim.clips.model import Clip, Looked, Walk
from sim.db.ledger import Draft, LedgerKind
from sim.errors import StoreError
from sim.services.app.wiring import App
from sim.services.own_clips.clip_jobs import ClipState, find_state
from sim.services.own_clips.folder import change_walk, exclusive, get_folder, read_walk

FEW_HEADS = "We found almost no heads in {name}, though much moves."


def list_unlooked(walk: Walk) -> tuple[Clip, ...]:
    """Return the clips that somebody has to look at before they are used, and nobody has."""
    return tuple(clip for clip in walk.clips if clip.must_be_looked_at)


def accept_clip(app: App, walk_id: str, clip_id: str, *, by: str) -> None:
    """Say that somebody looked at a clip and that it can be used; a line in the ledger says who.

    Who said so first stays.
    """
    folder, at = get_folder(app, walk_id), app.clock.read().wall
    if store_looked(folder, clip_id, by=by, at=at):
        data = {"walk": walk_id, "clip": clip_id}
        with app.store.write() as work:
            work.ledger.append(Draft(kind=LedgerKind.CLIP_LOOKED_AT, at=at, by=by, data=data))


def store_looked(folder: Path, clip_id: str, *, by: str, at: datetime) -> bool:
    """Write down who looked at a clip, and return whether it was to be looked at. Raises StoreError."""
    with exclusive():
        state, _ = find_state(folder, clip_id)
        clip = read_walk(folder).get_clip(clip_id)
        if clip is None:
            raise StoreError("this clip is not part of the walk any more", todo="reload the page")
        if state is not ClipState.DONE:
            raise StoreError("this clip is not imported yet", todo="wait until it is, then look at it")
        if not clip.must_be_looked_at:
            return False
        seen = clip.model_copy(update={"looked": Looked(by=by, at=at)})
        change_walk(
            folder,
            lambda walk: walk.model_copy(update={"clips": tuple(seen if c == clip else c for c in walk.clips)}),
        )
    return True
