"""Frames cut out of a clip by its index alone decode to the right pictures."""

import base64
from pathlib import Path

import av
import pytest

from sim.errors import RecordingError
from sim.footage.video.clip_index import make_clip_index
from tests.support.tiny_recording import read_frame_number


def test_frames_cut_by_the_index_decode_to_their_numbers(tiny_library: Path) -> None:
    path = tiny_library / "recordings" / "tiny" / "main" / "CAM-01.mp4"
    index = make_clip_index(path)
    data = path.read_bytes()
    decoder = av.CodecContext.create("h264", "r")
    decoder.extradata = index.description
    start = index.keys[3]
    for frame in range(start, start + 13):
        offset, size = index.offsets[frame], index.sizes[frame]
        (picture,) = decoder.decode(av.Packet(data[offset : offset + size]))
        assert read_frame_number(picture.to_ndarray(format="rgb24")) == frame


def test_key_frames_come_every_twenty_and_the_codec_is_named(tiny_library: Path) -> None:
    index = make_clip_index(tiny_library / "recordings" / "tiny" / "wall" / "wall-0.mp4")
    assert index.keys == tuple(range(0, len(index.sizes), 20))
    assert index.codec.startswith("avc1.64")
    told = index.to_json()
    assert base64.b64decode(told["description"]) == index.description
    assert told["first_byte"] + sum(told["sizes"][:5]) + sum(told["gaps"][:5]) == index.offsets[5]


def test_a_file_that_is_no_clip_is_refused(tmp_path: Path) -> None:
    bad = tmp_path / "CAM-01.mp4"
    bad.write_bytes(b"no clip at all")
    with pytest.raises(RecordingError, match=r"CAM-01\.mp4 cannot be read"):
        make_clip_index(bad)
