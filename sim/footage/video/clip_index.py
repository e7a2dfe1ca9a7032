"""Where every frame of a clip lies in its file, for players that fetch and decode frames themselves."""

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.errors import RecordingError


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipIndex:
    """One clip's frames, in the order they are stored and shown."""

    codec: str  # as the web names it, for example "avc1.64001f" (RFC 6381)
    description: bytes  # the decoder's configuration record (avcC, ISO/IEC 14496-15)
    size_wh: tuple[int, int]  # picture size, pixels
    offsets: tuple[int, ...]  # byte at which each frame begins
    sizes: tuple[int, ...]  # bytes of each frame
    keys: tuple[int, ...]  # frame numbers of the key frames, rising, the first 0

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON; the description in base 64, offsets as the first and the gaps between frames."""
        gaps = [
            after - before - size
            for before, after, size in zip(self.offsets, self.offsets[1:], self.sizes, strict=False)
        ]
        return {
            "codec": self.codec,
            "description": base64.b64encode(self.description).decode("ascii"),
            "size_wh": list(self.size_wh),
            "first_byte": self.offsets[0],
            "sizes": list(self.sizes),
            "gaps": gaps if any(gaps) else [],
            "keys": list(self.keys),
        }


def make_clip_index(path: Path) -> ClipIndex:
    import av  # noqa: PLC0415 - loaded with the first picture

    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            description = bytes(context.extradata or b"")
            packets = [packet for packet in container.demux(stream) if packet.size]
            rows = [(packet.pos, packet.size, packet.is_keyframe, packet.pts == packet.dts) for packet in packets]
            size_wh = (stream.width, stream.height)
            is_h264 = context.name == "h264"
    except (av.FFmpegError, IndexError) as error:
        raise RecordingError(
            f"{path.name} cannot be read ({error.__class__.__name__})", todo="build the recording again"
        ) from error
    if not is_h264 or len(description) < 4 or not rows or not rows[0][2] or not all(row[3] for row in rows):
        raise RecordingError(
            f"{path.name} is no clip that can be played frame by frame",
            expected="H.264 without B-frames that begins with a key frame",
            todo="build the recording again",
        )
    return ClipIndex(
        codec=f"avc1.{description[1:4].hex()}",
        description=description,
        size_wh=size_wh,
        offsets=tuple(int(row[0] or 0) for row in rows),
        sizes=tuple(int(row[1]) for row in rows),
        keys=tuple(number for number, row in enumerate(rows) if row[2]),
    )
