"""A clip as fragmented MP4 with an HLS playlist of byte ranges, for players that need it; no picture is touched."""

from fractions import Fraction
from pathlib import Path

import av

from sim.errors import RecordingError

SEGMENT_S = 2.0
_BOX_HEAD = 8


def write_fragmented(clip: Path, folder: Path) -> Path:
    """Write `<name>.mp4` and `<name>.m3u8` into a folder; return the playlist.

    Every group of pictures becomes a fragment of its own, about two seconds of them a segment.
    """
    target = folder / clip.name
    times = _copy(clip, target)
    init_bytes, fragments = _find_fragments(target)
    playlist = target.with_suffix(".m3u8")
    playlist.write_text(_write_playlist(target.name, init_bytes, fragments, times), encoding="ascii")
    return playlist


def _copy(clip: Path, target: Path) -> list[float]:
    """Copy the packets into fragments; return when each fragment begins and when the last one ends, seconds."""
    times: list[float] = []
    options = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    try:
        with av.open(str(clip)) as source, av.open(str(target), "w", options=options) as out:
            stream = source.streams.video[0]
            copied = out.add_stream_from_template(stream)
            end = Fraction(0)
            for packet in source.demux(stream):
                if packet.pts is None or packet.time_base is None:
                    continue
                if packet.is_keyframe:
                    times.append(float(packet.pts * packet.time_base))
                end = (packet.pts + (packet.duration or 0)) * packet.time_base
                packet.stream = copied
                out.mux(packet)
    except av.FFmpegError as error:
        raise RecordingError(f"{clip} cannot be copied into fragments: {error}") from error
    return [*times, float(end)]


def _find_fragments(path: Path) -> tuple[int, list[tuple[int, int]]]:
    """Return how many bytes come before the first fragment, and each fragment's first byte and length."""
    size = path.stat().st_size
    starts: list[int] = []
    end = size
    with path.open("rb") as opened:
        at = 0
        while at < size:
            opened.seek(at)
            head = opened.read(_BOX_HEAD)
            length, kind = int.from_bytes(head[:4], "big"), head[4:]
            if kind == b"moof":
                starts.append(at)
            elif kind == b"mfra":
                end = at
            if length < _BOX_HEAD:
                raise RecordingError(f"{path} holds a box of {length} bytes", todo="build the clip again")
            at += length
    ends = [*starts[1:], end]
    return starts[0], [(start, stop - start) for start, stop in zip(starts, ends, strict=True)]


def _write_playlist(name: str, init_bytes: int, fragments: list[tuple[int, int]], times: list[float]) -> str:
    group_s = (times[-1] - times[0]) / len(fragments)
    groups = max(1, round(SEGMENT_S / group_s))
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, round(groups * group_s) + 1)}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        f'#EXT-X-MAP:URI="{name}",BYTERANGE="{init_bytes}@0"',
    ]
    for first in range(0, len(fragments), groups):
        group = fragments[first : first + groups]
        end = min(first + groups, len(times) - 1)
        lines += [
            f"#EXTINF:{times[end] - times[first]:.5f},",
            f"#EXT-X-BYTERANGE:{sum(length for _, length in group)}@{group[0][0]}",
            name,
        ]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
