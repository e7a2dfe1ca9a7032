"""The recorded requests that `bench server` repeats are ones that the shipped recording can answer."""

from sim.footage.recording.open import open_recording
from tests.support.story_truth import SHIPPED
from tools.bench.load import RECORDED, load_traffic


def test_every_range_lies_within_its_file() -> None:
    sizes = open_recording(SHIPPED).manifest.sizes
    traffic = load_traffic(RECORDED)
    asked = [each for each in traffic.asked if each.span]
    assert len(asked) > 40
    for each in asked:
        first, last = (int(end) for end in each.span.removeprefix("bytes=").split("-"))
        assert 0 <= first <= last < sizes[each.path], each
    assert {each.path for each in traffic.asked if each.path} <= set(sizes)
