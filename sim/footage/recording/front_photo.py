"""One photo of a person, cut from the strip that shows three sides. Drills need it, so it does without OpenCV."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from sim.errors import RecordingError
from sim.footage.picture_size import check_size

SIDES = 3
QUALITY = 92


def cut_front_photo(strip: Path) -> bytes:
    """Return the front, the first of three sides, as WebP, 240 x 480 px. Raises RecordingError: no such picture."""
    photo = BytesIO()
    try:
        with Image.open(strip) as sides:
            width, height = sides.size
            check_size(strip, width, height)
            sides.convert("RGB").crop((0, 0, width // SIDES, height)).save(photo, "WEBP", quality=QUALITY)
    except (OSError, Image.DecompressionBombError) as error:
        raise RecordingError(f"{strip} is no picture", todo="restore the file or build the recording again") from error
    return photo.getvalue()
