"""Names that stand for recordings and their files in addresses, and tell nothing: neither person, camera nor recording.

They are keyed with the installation's secret, so that nobody who has the program can find out what they stand for, and
are the same for every attempt, as a browser keeps files under their address. The folder and the ending stay: that a
file is a clip, a wall, a sheet of thumbnails or a photo is no secret.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import PurePosixPath

from sim.services.app.wiring import App

NAME_BYTES = 15
PEOPLE = "people/"
FRONT = "front/"
_SALT = b"sightline-name-1"


def name_opaquely(secret: bytes, *parts: str) -> str:
    """Return 20 letters that stand for some texts, and can be told from chance only with the secret."""
    text = b"\0".join((_SALT, *(part.encode() for part in parts)))
    return urlsafe_b64encode(hmac.digest(secret, text, hashlib.sha256)[:NAME_BYTES]).decode("ascii")


def name_recording(secret: bytes, recording_id: str) -> str:
    return name_opaquely(secret, recording_id)


def name_file(secret: bytes, recording_id: str, path: str) -> str:
    """Return what stands for a file of a recording: "main/CAM-01.mp4" becomes "main/", 20 letters, ".mp4"."""
    place = PurePosixPath(path)
    return (place.parent / f"{name_opaquely(secret, recording_id, path)}{place.suffix}").as_posix()


def find_recording_id(app: App, name: str) -> str | None:
    """Return the recording that a name stands for, or None when none that has forms does."""
    known = {known.recording_id for known in app.catalog.list_forms()}
    return next((each for each in known if name_recording(app.access.secret, each) == name), None)


def find_path(app: App, recording_id: str, name: str) -> str | None:
    """Return the path of the file of a recording that a name stands for, or None. Raises RecordingError."""
    return app.catalog.keep(("opaque names", recording_id), lambda: _list_paths(app, recording_id)).get(name)


def _list_paths(app: App, recording_id: str) -> Mapping[str, str]:
    files = tuple(app.catalog.get_recording(recording_id).manifest.files)
    photos = tuple(path.replace(PEOPLE, PEOPLE + FRONT, 1) for path in files if path.startswith(PEOPLE))
    return {name_file(app.access.secret, recording_id, path): path for path in (*files, *photos)}
