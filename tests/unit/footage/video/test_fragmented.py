import itertools
import re
from pathlib import Path

import av
import pytest

from sim.errors import RecordingError
from sim.footage.recording.open import Recording
from sim.footage.video.fragmented import write_fragmented


def test_the_segments_are_the_clip_and_nothing_is_left_out(tiny_recording: Recording, tmp_path: Path) -> None:
    clip = tiny_recording.folder / tiny_recording.manifest.cameras[0].main
    playlist = write_fragmented(clip, tmp_path).read_text(encoding="ascii")
    content = (tmp_path / clip.name).read_bytes()
    init = int(re.search(r'BYTERANGE="(\d+)@0"', playlist).group(1))
    ranges = [(int(at), int(size)) for size, at in re.findall(r"#EXT-X-BYTERANGE:(\d+)@(\d+)", playlist)]
    lengths_s = [float(text) for text in re.findall(r"#EXTINF:([\d.]+),", playlist)]
    assert sum(lengths_s) == pytest.approx(tiny_recording.manifest.duration_s)
    assert ranges[0][0] == init
    assert all(at + size == after for (at, size), (after, _) in itertools.pairwise(ranges))
    part = tmp_path / "part.mp4"
    part.write_bytes(content[:init] + content[ranges[3][0] : ranges[3][0] + ranges[3][1]])
    with av.open(str(part)) as opened:
        frames = [picture.pts * picture.time_base for picture in opened.decode(opened.streams.video[0])]
    assert float(frames[0]) == pytest.approx(sum(lengths_s[:3]))
    assert len(frames) == round(lengths_s[3] * tiny_recording.manifest.fps)


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"no video")
    (tmp_path / "out").mkdir()
    with pytest.raises(RecordingError, match="cannot be copied"):
        write_fragmented(path, tmp_path / "out")
