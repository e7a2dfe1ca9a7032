import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.clips.keyframes import HIDDEN_VISIBLE, SiteKeyframe, TrackFormat, compute_boxes, compute_rows, read_tracks
from sim.clips.model import Clip, Sight
from sim.clips.no_plan import describe_neighbor_links
from sim.clips.proposals import FoundPeople, Source, join_doubts, propose
from sim.errors import TruthError

Xyxy = tuple[float, float, float, float]
CLIP = Clip(
    clip_id="clip-01",
    camera_id="CAM-01",
    file_name="lobby.mp4",
    sha256="0" * 64,
    size_wh=(1920, 1080),
    codec="H.264",
    pictures_s=20,
    duration_s=30,
)
NOBODY = FoundPeople(frames=np.zeros(0, dtype=np.int64), boxes=np.zeros((0, 4)), scores=np.zeros(0))


def key(frame: int, box: Xyxy | None, sight: Sight = Sight.SEEN, clip_id: str = "clip-01") -> SiteKeyframe:
    return SiteKeyframe(camera_id="CAM-01", clip_id=clip_id, frame=frame, sight=sight, box=box)


def walk(frame: int, *, width: float = 0.1) -> Xyxy:
    x = 0.1 + frame / 100
    return (x, 0.3, x + width, 0.9)


def find(frames: list[int], *who: list[Xyxy]) -> FoundPeople:
    boxes = [each[place] for place in range(len(frames)) for each in who]
    return FoundPeople(
        frames=np.repeat(frames, len(who)).astype(np.int64), boxes=np.array(boxes), scores=np.full(len(boxes), 0.6)
    )


def test_between_two_boxes_the_box_moves_evenly_and_nothing_is_drawn_between_two_clips() -> None:
    found = compute_boxes([key(0, walk(0)), key(15, walk(15)), key(30, walk(30))])
    assert found.frames.tolist() == list(range(31))
    assert found.boxes[22] == pytest.approx(walk(22))
    assert (found.visible == 1).all()
    found = compute_boxes([key(0, walk(0)), key(30, walk(30), clip_id="clip-02")])
    assert found.frames.tolist() == [0, 30]


def test_hidden_keeps_a_box_that_nobody_is_asked_for_and_out_has_none() -> None:
    keys = [
        key(0, walk(0)),
        key(10, None, Sight.HIDDEN),
        key(20, walk(20)),
        key(22, None, Sight.OUT),
        key(40, walk(40)),
    ]
    found = compute_boxes(keys)
    by_frame = dict(zip(found.frames.tolist(), found.visible.tolist(), strict=True))
    assert by_frame[9] == 1.0
    assert by_frame[15] == HIDDEN_VISIBLE
    assert by_frame[21] == 1.0
    assert not set(range(22, 40)) & set(by_frame)
    assert 40 in by_frame


def test_who_goes_out_goes_on_as_before_until_hardly_anything_is_left() -> None:
    found = compute_boxes([key(70, walk(70)), key(80, walk(80)), key(100, None, Sight.OUT)])
    assert found.frames.max() == 88
    assert found.boxes[-1][2] == 1.0
    stood = compute_boxes([key(0, walk(0)), key(90, None, Sight.OUT)])
    assert stood.frames.max() == 19, "at most two seconds"


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from([*Sight])), max_size=12, unique_by=lambda t: t[0]))
def test_every_row_of_truth_lies_in_the_picture_once(drawn: list[tuple[int, Sight]]) -> None:
    keys = [key(f, walk(f % 80) if s is Sight.SEEN else None, s) for f, s in sorted(drawn)]
    rows = compute_rows(keys, places={"CAM-01": (1.0, 2.0, "1", "z")}, frame_count=250)
    assert not rows.duplicated(["camera_id", "frame"]).any()
    assert rows["frame"].between(0, 249).all()
    assert ((rows["x1"] >= 0) & (rows["x2"] <= 960) & (rows["x1"] < rows["x2"])).all()
    assert rows["visible"].between(0.05, 1).all()


def test_the_person_found_there_is_proposed_and_without_anybody_what_lies_between() -> None:
    keys = [key(0, walk(0)), key(30, walk(30))]
    between = propose(keys, NOBODY, 15)
    assert (between.source, between.box) == (Source.BETWEEN, pytest.approx(walk(15)))
    nearly: Xyxy = (0.26, 0.28, 0.36, 0.91)
    found = propose(keys, find([14], [nearly]), 15)
    assert (found.source, found.box) == (Source.PERSON, nearly)
    assert propose([], find([14], [nearly]), 15).choices == (nearly,)
    assert propose([], NOBODY, 15).box is None


def test_the_walker_is_followed_and_a_crossing_is_asked_about_but_nobody_at_a_distance() -> None:
    frames = list(range(2, 17, 2))
    alone = propose([key(0, walk(0))], find(frames, [walk(f) for f in frames]), 15)
    assert (alone.is_crossing, alone.source) == (False, Source.PERSON)
    assert alone.box == pytest.approx(walk(15), abs=0.02)
    other = [(0.33 - f / 100, 0.3, 0.43 - f / 100, 0.9) for f in frames]
    met = propose([key(0, walk(0))], find(frames, [walk(f) for f in frames], other), 15)
    assert met.is_crossing
    assert met.frame < 15
    assert len(met.choices) == 2
    assert met.box == pytest.approx(walk(met.frame), abs=0.01)
    after = propose(
        [key(0, walk(0)), key(met.frame, walk(met.frame))], find(frames, [walk(f) for f in frames], other), 15
    )
    assert (after.frame, after.is_crossing) == (15, True), "once before they meet, and once after"
    beside = [(0.33 - f / 100, 0.05, 0.43 - f / 100, 0.5) for f in frames]
    passed = propose([key(0, walk(0))], find(frames, [walk(f) for f in frames], beside), 15)
    assert (passed.frame, passed.is_crossing) == (15, False)
    assert passed.box == pytest.approx(walk(15), abs=0.02)


def test_who_was_at_the_edge_and_is_found_no_more_is_proposed_as_out() -> None:
    frames = list(range(62, 100, 2))
    people = find(frames, [(0.05, 0.1, 0.1, 0.3)] * len(frames))
    gone = propose([key(70, walk(70)), key(78, walk(78))], people, 95)
    assert (gone.sight, gone.box) == (Sight.OUT, None)


MOT = "\n".join(
    f"{frame + 1},{who},{192 + 19.2 * frame / 2 + shift},324,192,648,1,1,1"
    for frame in range(40)
    for who, shift in ((7, 0.0), (8, 400.0))
)


def test_tracks_of_motchallenge_become_keyframes_of_the_one_chosen() -> None:
    found = read_tracks(MOT.encode(), kind=TrackFormat.MOT, clip=CLIP, track="7")
    seen = [each for each in found if each.box]
    assert [each.clip_s for each in seen] == [0.0, 0.5, 1.0, 1.5, 1.95]
    assert seen[1].box is not None
    assert seen[1].box.xyxy == pytest.approx((0.15, 0.3, 0.25, 0.9))
    assert found[-1].sight is Sight.OUT
    wrong = {"has 2 tracks": MOT.encode(), "line 1 is no line": b"a,b", "inside lobby": b"900,1,0,0,9,9"}
    for said, text in wrong.items():
        with pytest.raises(TruthError, match=said):
            read_tracks(text, kind=TrackFormat.MOT, clip=CLIP)


CVAT = b"""<?xml version="1.0"?><annotations><track id="0" label="person">
<box frame="0" outside="0" occluded="0" xtl="192" ytl="324" xbr="384" ybr="972"/>
<box frame="20" outside="0" occluded="1" xtl="192" ytl="324" xbr="384" ybr="972"/>
<box frame="40" outside="0" occluded="0" xtl="200" ytl="324" xbr="392" ybr="972"/>
<box frame="50" outside="1" occluded="0" xtl="200" ytl="324" xbr="392" ybr="972"/></track></annotations>"""


def test_tracks_of_cvat_keep_what_is_hidden_and_out() -> None:
    found = read_tracks(CVAT, kind=TrackFormat.CVAT, clip=CLIP)
    assert [(each.clip_s, each.sight.value) for each in found] == [
        (0.0, "seen"),
        (1.0, "hidden"),
        (2.0, "seen"),
        (2.5, "out"),
    ]
    for bad in (b"<annotations><track>", b"no xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><annotations/>"):
        with pytest.raises(TruthError):
            read_tracks(bad, kind=TrackFormat.CVAT, clip=CLIP)


def test_doubts_that_follow_each_other_are_one_spot_and_spots_of_one_time_one_stretch() -> None:
    here, there = (0.1, 0.1, 0.2, 0.3), (0.6, 0.1, 0.7, 0.3)
    doubts = [(f, here, "moves") for f in range(50, 60)] + [(55, there, "lost"), (90, here, "moves")]
    first, last = join_doubts([*doubts, (105, there, "lost")], frames=120)
    assert (first.first, first.last, first.why) == (40, 100, "moves")
    assert first.box == (0.1, 0.1, 0.7, 0.3)
    assert [(spot.first, spot.last, spot.box) for spot in first.spots] == [
        (40, 69, here),
        (45, 65, there),
        (80, 100, here),
    ]
    assert (last.first, last.last, last.why) == (95, 115, "lost")
    assert [(spot.first, spot.last, spot.box) for spot in last.spots] == [(95, 115, there)]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 599), st.integers(0, 9), st.sampled_from(["moves", "lost"])), max_size=150))
def test_every_doubt_lies_in_a_spot_of_a_list_that_stays_short(drawn: list[tuple[int, int, str]]) -> None:
    doubts = [(frame, (0.1 * at, 0.2, 0.1 * at + 0.05, 0.4), why) for frame, at, why in drawn]
    spans = join_doubts(doubts, frames=600)
    assert len(spans) <= 12, "a minute, and at most one stretch for each five seconds"
    for frame, box, _ in doubts:
        assert any(
            spot.first <= frame <= spot.last and spot.box[0] <= box[0] and box[2] <= spot.box[2]
            for span in spans
            for spot in span.spots
            if span.first <= spot.first and spot.last <= span.last
        )


def test_typed_neighbors_are_links_at_the_foot_of_the_picture() -> None:
    links = describe_neighbor_links(["CAM-01", "CAM-02"], [("CAM-02", "CAM-01", 13.0), ("CAM-01", "CAM-09", 5.0)])
    (link,) = links["CAM-01"]
    assert link["cameras"] == [{"camera_id": "CAM-02", "walking_s": 10.0}]
    assert (link["x"], len(links["CAM-02"])) == (0.5, 1)
