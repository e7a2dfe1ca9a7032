"""Doors to rooms that stand shut, and open for those who go through.

Nobody waits for a door: it opens in time. So doors change nothing about where people are, only what is seen of them.
"""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.track import DoorTrack, Track
from sim.site.model import Opening, Site

FloatArray = NDArray[np.float64]
RoomDoor = Literal["classroom", "office", "restroom"]

_OPENS_S: Final = 0.7
_CLOSES_S: Final = 2.4
_AHEAD_S: Final = 0.55
"""How long before somebody is in the doorway the door begins to move."""
_STAYS_S: Final = 0.3
_DOORWAY_M: Final = 0.45
_ASIDE_M: Final = 0.25
_BEHIND_M: Final = 2.0
_LEVEL_M: Final = 0.5


def make_door_tracks(
    site: Site, kinds: Sequence[RoomDoor], tracks: Sequence[Track], *, fps: float, frame_count: int
) -> tuple[DoorTrack, ...]:
    """Return how every door of these kinds moves; doors that the site has closed for good stay so."""
    doors = [opening for opening in site.openings if opening.kind in kinds and opening.leaf == "open"]
    return tuple(_make_track(door, tracks, fps=fps, frame_count=frame_count) for door in doors)


def _make_track(door: Opening, tracks: Sequence[Track], *, fps: float, frame_count: int) -> DoorTrack:
    is_wanted = np.zeros(frame_count, dtype=np.bool_)
    ahead, stays = round(_AHEAD_S * fps), round(_STAYS_S * fps)
    for track in tracks:
        rows = np.flatnonzero(_find_in_doorway(door, track))
        for row in rows.tolist():
            frame = track.first_frame + row
            is_wanted[max(frame - ahead, 0) : frame + stays + 1] = True
    share = float(is_wanted[0]) if frame_count else 0.0
    shares = np.empty(frame_count, dtype=np.float32)
    for frame, wanted in enumerate(is_wanted.tolist()):
        shares[frame] = share
        share += 1 / (_OPENS_S * fps) if wanted else -1 / (_CLOSES_S * fps)
        share = min(max(share, 0.0), 1.0)
    eased = shares * shares * (3 - 2 * shares)
    return DoorTrack(door_id=door.door_id, open_share=eased)


def _find_in_doorway(door: Opening, track: Track) -> NDArray[np.bool_]:
    """Return the rows [n] in which somebody is in the doorway, or in the piece of room behind it."""
    facing = np.deg2rad(door.facing_deg)
    out = np.array([np.cos(facing), np.sin(facing)])
    offset: FloatArray = track.xyz_m[:, :2] - np.array(door.at)
    out_m = offset @ out
    along_m = offset @ np.array([-out[1], out[0]])
    on_floor = np.array([floor == door.floor for floor in track.floor])
    near = (out_m < _DOORWAY_M) & (out_m > -_BEHIND_M) & (np.abs(along_m) < door.width_m / 2 + _ASIDE_M)
    goes_in = bool((near & on_floor & (out_m < 0)).any())
    return near & on_floor if goes_in else np.zeros(len(along_m), dtype=np.bool_)
