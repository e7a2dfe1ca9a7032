"""A part of one picture of a clip, as a small JPEG."""

from io import BytesIO

from PIL import Image

from sim.errors import RecordingError
from sim.footage.recording.open import Recording
from sim.footage.video.still import load_still

MOST_WH = (240, 320)
LEAST_SIDE_PX = 4


def load_crop(
    recording: Recording, camera_id: str, frame: int, crop_px: tuple[int, int, int, int], *, quality: int = 84
) -> bytes:
    """Return x1..x2 by y1..y2 of a frame of a camera's main stream as JPEG, made smaller to fit 240x320."""
    width, height = recording.get_camera(camera_id).size_wh
    x1, y1, x2, y2 = crop_px
    is_inside = 0 <= x1 <= x2 - LEAST_SIDE_PX and 0 <= y1 <= y2 - LEAST_SIDE_PX and x2 <= width and y2 <= height
    if not is_inside:
        raise RecordingError(
            f"the part {x1}-{y1}-{x2}-{y2} of {camera_id} does not exist",
            expected=f"x1-y1-x2-y2 inside {width}x{height}, at least {LEAST_SIDE_PX} px wide and high",
        )
    picture = Image.fromarray(load_still(recording, camera_id, frame)).crop(crop_px)
    picture.thumbnail(MOST_WH, Image.Resampling.LANCZOS)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
