"""What a clip must be for the player to seek in it exactly."""

from pathlib import Path

import av
import numpy as np

from sim.footage.recording.recording import GROUP_FRAMES


def check_clip(path: Path, *, size_wh: tuple[int, int], fps: float, frame_count: int) -> list[str]:
    """Return what is wrong with a clip, nothing when all is right.

    A clip must be the only stream of its file, H.264 of this size, without B-frames, with its first key frame at 0 and
    another among every `GROUP_FRAMES` frames, and decode to exactly `frame_count` pictures.
    """
    problems: list[str] = []
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            if len(container.streams) != 1:
                problems.append(f"has {len(container.streams)} streams, expected one of video")
            stream.thread_type = "AUTO"
            shape = (stream.width, stream.height)
            if shape != size_wh or stream.codec_context.name != "h264":
                problems.append(f"is {stream.codec_context.name} {shape}, expected h264 {size_wh}")
                return problems
            keys, times, pictures = [], [], 0
            for packet in container.demux(stream):
                if packet.pts is not None and stream.time_base is not None:
                    if packet.pts != packet.dts:
                        problems.append("has B-frames")
                        break
                    keys.append(packet.is_keyframe)
                    times.append(float(packet.pts * stream.time_base))
                pictures += len(packet.decode())
    except (av.FFmpegError, IndexError) as error:
        return [*problems, f"cannot be decoded ({error.__class__.__name__})"]
    if problems:
        return problems
    if pictures != frame_count:
        problems.append(f"decodes to {pictures} frames, expected {frame_count}")
    if not np.allclose(times, np.arange(len(times)) / fps, atol=1e-3):
        problems.append(f"frames are not {fps:g} a second from 0")
    starts = [place for place, is_key in enumerate(keys) if is_key]
    if starts[:1] != [0] or max(np.diff([*starts, len(keys)])) > GROUP_FRAMES:
        problems.append(f"has more than {GROUP_FRAMES} frames from one key frame to the next")
    return problems
