"""One photo of a person, cut from the strip that shows three sides."""

from pathlib import Path

import cv2
import numpy as np

from sim.errors import RecordingError

SIDES = 3
QUALITY = 92


def cut_front_photo(strip: Path) -> bytes:
    """Return the front, the first of three sides, as WebP, 240 x 480 px. Raises RecordingError: no such picture."""
    try:
        bgr = cv2.imdecode(np.frombuffer(strip.read_bytes(), dtype=np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error):
        bgr = None
    if bgr is None:
        raise RecordingError(f"{strip} is no picture", todo="restore the file or build the recording again")
    _, encoded = cv2.imencode(".webp", bgr[:, : bgr.shape[1] // SIDES], [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    return bytes(encoded.tobytes())
