from typing import Any

import pytest

from sim.attempt.events import Event, EventKind
from sim.attempt.replay import replay_all
from sim.attempt.similar_people import SimilarQuery, compute_overlap, cut_around, find_cut_out, find_person
from sim.errors import AnswerError
from sim.features.debrief.console_use import CHECK, UNCHECKED, UNUSED, SimilarUse, judge_use, write_search_use
from sim.scoring.evidence import Mark
from sim.truth.index import TruthIndex, make_truth_index
from sim.truth.window import cut_window
from tests.support.trace_tables import FPS, OTHER_BOX, SIZE_WH, Stay, make_mark, make_table

NEAR = (400.0, 200.0, 440.0, 320.0)
BEHIND = (425.0, 205.0, 455.0, 300.0)


def make_index() -> TruthIndex:
    stays = [
        Stay(camera_id="CAM-01", person_id="P001", first=0, last=20, box_xyxy=NEAR),
        Stay(camera_id="CAM-01", person_id="P002", first=0, last=20, box_xyxy=BEHIND),
        Stay(camera_id="CAM-01", person_id="P003", first=0, last=20, box_xyxy=(800.0, 100.0, 830.0, 190.0)),
    ]
    return make_truth_index(make_table(stays))


def ask(x1: float, y1: float, x2: float, y2: float, *, camera_id: str = "CAM-01", frame: int = 5) -> SimilarQuery:
    width, height = SIZE_WH
    return SimilarQuery(camera_id=camera_id, frame=frame, box=(x1 / width, y1 / height, x2 / width, y2 / height))


def name_person(query: SimilarQuery) -> str | None:
    found = find_person(make_index(), query)
    return None if found is None else found.person_id


def test_overlap_of_the_docstring() -> None:
    assert compute_overlap((100, 100, 140, 200), (110, 90, 130, 190)) == pytest.approx(1800 / 4200)
    assert compute_overlap((0, 0, 10, 10), (10, 0, 20, 10)) == 0.0


@pytest.mark.parametrize(
    ("box", "person"),
    [
        (NEAR, "P001"),
        (BEHIND, "P002"),
        ((395, 190, 445, 330), "P001"),
        ((400, 200, 440, 260), "P001"),
        ((780, 80, 850, 210), "P003"),
        ((832, 130, 840, 150), None),
        ((600, 200, 640, 320), None),
        ((0, 0, 960, 540), None),
    ],
)
def test_a_box_means_whoever_agrees_best_with_it(box: tuple[float, ...], person: str | None) -> None:
    assert name_person(ask(*box)) == person
    assert name_person(ask(*box, frame=300)) is None
    assert name_person(ask(*box, camera_id="CAM-02")) is None


@pytest.mark.parametrize("left", [-0.1, float("nan"), float("inf")])
def test_a_box_that_leaves_the_picture_is_refused(left: float) -> None:
    with pytest.raises(AnswerError, match="leaves the picture"):
        find_person(make_index(), SimilarQuery(camera_id="CAM-01", frame=5, box=(left, 0.1, 0.5, 0.5)))


def test_a_cut_out_is_larger_than_the_person_inside_the_picture_and_found_again() -> None:
    assert cut_around((400, 200, 440, 320), size_wh=SIZE_WH) == (394, 182, 446, 338)
    assert cut_around((0.4, 2, 20.2, 30), size_wh=SIZE_WH) == (0, 0, 27, 36)
    index = make_index()
    for person, box in (("P001", NEAR), ("P002", BEHIND)):
        crop = cut_around(box, size_wh=SIZE_WH)
        found = find_cut_out(index, camera_id="CAM-01", frame=7, crop_px=crop)
        assert found is not None
        assert (found.person_id, found.t_s) == (person, pytest.approx(0.7))
        moved = (crop[0] + 1, *crop[1:])
        assert find_cut_out(index, camera_id="CAM-01", frame=7, crop_px=moved) is None


BOX = (400.0, 200.0, 440.0, 320.0)
STAYS = [
    Stay(camera_id="CAM-01", person_id="P001", first=0, last=99),
    Stay(camera_id="CAM-02", person_id="P001", first=150, last=249),
    Stay(camera_id="CAM-02", person_id="P002", first=160, last=219, box_xyxy=OTHER_BOX),
    Stay(camera_id="CAM-03", person_id="P002", first=300, last=360),
    Stay(camera_id="CAM-03", person_id="P003", first=400, last=460),
]
SHARES = [BOX[0] / SIZE_WH[0], BOX[1] / SIZE_WH[1], BOX[2] / SIZE_WH[0], BOX[3] / SIZE_WH[1]]

RIGHT = ("CAM-02", 200, BOX)
WRONG = ("CAM-02", 180, OTHER_BOX)
ALSO_WRONG = ("CAM-03", 320, BOX)
THIRD = ("CAM-03", 430, BOX)


def list_entry(camera_id: str, frame: int, box: tuple[float, ...]) -> dict[str, Any]:
    crop = cut_around(box, size_wh=SIZE_WH)  # type: ignore[arg-type]
    return {"camera_id": camera_id, "frame": frame, "t_s": frame / FPS, "crop": list(crop)}


def asked(
    number: int, *entries: tuple[str, int, tuple[float, ...]], on: tuple[str, int] = ("CAM-01", 50), **changes: Any
) -> Event:
    payload = {"number": number, "camera_id": on[0], "frame": on[1], "box": SHARES, "recognized": True}
    return make_event(EventKind.SIMILAR, {**payload, "results": [list_entry(*each) for each in entries], **changes})


def opened(number: int, rank: int) -> Event:
    return make_event(EventKind.SUGGESTION, {"number": number, "rank": rank})


def make_event(kind: EventKind, payload: dict[str, Any]) -> Event:
    return Event.read(tab_id="t", seq=1, t_client_ms=0.0, kind=kind, payload=payload)


def judge(*events: Event, marks: tuple[Mark, ...] = (), target: str | None = "P001") -> SimilarUse:
    ordered = [
        Event.read(tab_id="t", seq=seq, t_client_ms=seq * 100.0, kind=each.kind, payload=each.payload)
        for seq, each in enumerate(events, start=1)
    ]
    return judge_use(
        cut_window(make_truth_index(make_table(STAYS)), (0.0, 60.0)),
        replay_all(ordered).list_similar(),
        target=target,
        marks=marks,
    )


NONE = SimilarUse(asked=0, nobody=0, about_others=0, listed=0, wrong=0, opened=0, opened_wrong=0, marked_wrong=0)


def test_every_count_of_a_search() -> None:
    assert judge(
        asked(1, WRONG, RIGHT, ALSO_WRONG, THIRD),
        opened(1, 1),
        opened(1, 1),
        opened(1, 2),
        opened(1, 3),
        asked(2, on=("CAM-01", 590), recognized=False),
        asked(3, THIRD, WRONG, on=("CAM-03", 310)),
        opened(3, 1),
        marks=(make_mark("CAM-02", 20.0, x_px=620.0), make_mark("CAM-02", 18.0, x_px=620.0), make_mark("CAM-02", 20.0)),
    ) == SimilarUse(asked=3, nobody=1, about_others=1, listed=6, wrong=4, opened=4, opened_wrong=3, marked_wrong=1)


def test_a_wrong_one_counts_as_marked_only_when_it_was_looked_at_and_its_mark_kept() -> None:
    mark = make_mark("CAM-02", 20.0, x_px=620.0)
    assert judge(asked(1, WRONG), marks=(mark,)).marked_wrong == 0
    assert judge(asked(1, WRONG), opened(1, 1)).marked_wrong == 0
    assert judge(asked(1, WRONG), opened(1, 1), marks=(mark,)).marked_wrong == 1
    twice = judge(asked(1, WRONG), opened(1, 1), asked(2, WRONG), opened(2, 1), marks=(mark,))
    assert (twice.opened_wrong, twice.marked_wrong) == (2, 1)
    assert judge(asked(1, RIGHT), target=None).about_others is None, "without a person sought nobody is another"
    use = judge(asked(1, RIGHT, on=("CAM-03", 310)), opened(1, 1), marks=(make_mark("CAM-02", 20.0),))
    assert (use.wrong, use.opened_wrong, use.marked_wrong, use.about_others) == (1, 1, 0, 1)


@pytest.mark.parametrize(
    "garbled",
    [
        make_event(EventKind.SIMILAR, {}),
        make_event(EventKind.SIMILAR, {"number": 0}),
        make_event(EventKind.SIMILAR, {"number": True}),
        asked(1, box=[0.1, 0.2]),
        asked(1, box="0123"),
        asked(1, camera_id=None),
        asked(1, frame=float("nan")),
        asked(1, results=None),
        asked(1, results=[{"camera_id": "CAM-02"}]),
        asked(1, results=["CAM-02"]),
        opened(1, 1),
    ],
)
def test_what_is_garbled_is_left_out(garbled: Event) -> None:
    assert judge(garbled) == NONE


def test_what_cannot_be_counts_for_nothing() -> None:
    moved = (RIGHT[0], RIGHT[1], (410.0, 200.0, 450.0, 320.0))
    use = judge(
        asked(1, moved, ("CAM-99", 5, BOX), RIGHT),
        opened(1, 4),
        opened(2, 1),
        asked(1, WRONG, WRONG),
        asked(2, WRONG, camera_id="CAM-99"),
        asked(3, WRONG, frame=10**6),
    )
    assert (use.asked, use.nobody, use.listed, use.wrong, use.opened) == (3, 2, 1, 0, 0)


def test_sentences_say_what_was_counted() -> None:
    assert write_search_use(NONE) == (UNUSED,)
    use = SimilarUse(asked=3, nobody=1, about_others=2, listed=6, wrong=4, opened=4, opened_wrong=3, marked_wrong=1)
    assert write_search_use(use) == (
        "You searched 3 times for similar people and were given 6 suggestions; "
        "4 of them showed someone else than the person in your box.",
        "You looked at 4 of them, 3 of these wrong.",
        f"You marked 1 wrong suggestion. {CHECK}",
        "2 boxes were on someone other than the student: such a list is about that person.",
        "1 box held no one the search could recognize.",
    )
    careful = SimilarUse(
        asked=1, nobody=0, about_others=None, listed=2, wrong=1, opened=1, opened_wrong=1, marked_wrong=0
    )
    assert write_search_use(careful)[-1] == "You marked none of the wrong ones."
    unread = SimilarUse(asked=1, nobody=0, about_others=0, listed=1, wrong=0, opened=0, opened_wrong=0, marked_wrong=0)
    assert write_search_use(unread) == (
        "You searched 1 time for similar people and were given 1 suggestion; "
        "all of them showed the person in your box.",
        UNCHECKED,
    )
