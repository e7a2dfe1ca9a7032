from sim.scoring.case import TraceCase, make_trace_case
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.plan_points import MarkKind, count_hidden, find_marked_places
from sim.scoring.score_card import Judged
from sim.tasks.common.task import Task
from sim.tasks.trace import TraceType
from sim.truth.index import make_truth_index
from tests.support.trace_tables import MARK_EMPTY, MARK_FIRST_LEG, MARK_OTHER, WORKED_STAYS, Stay, make_mark, make_table

FAINT = Stay(camera_id="CAM-03", person_id="P001", first=500, last=520, visible=0.1)
FAINT_OTHER = Stay(camera_id="CAM-03", person_id="P002", first=540, last=560, visible=0.1)
INDEX = make_truth_index(make_table([*WORKED_STAYS, FAINT, FAINT_OTHER]))


def make_case(*marks: Mark) -> TraceCase:
    return make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=Answer(marks=marks))


def list_places(*marks: Mark, right: str = "P001") -> list[tuple[str, float, MarkKind, int]]:
    found = find_marked_places(make_case(*marks), right={right})
    return [(place.mark.camera_id, place.mark.t_s, place.kind, place.count) for place in found]


def write_sentences(case: TraceCase) -> dict[str, str]:
    trace, task = TraceType(), Task(type="trace", target=case.target, window_s=case.window.window_s)
    score = Judged(card=trace.make_card(case), case=case, answer=case.answer)
    return {part.key: part.sentence for part in trace.write_parts(score, task)}


def test_marks_on_one_appearance_are_one_place_at_the_first_that_was_made() -> None:
    assert list_places(MARK_OTHER, make_mark("CAM-01", 6.0), MARK_FIRST_LEG, MARK_EMPTY) == [
        ("CAM-01", 6.0, MarkKind.RIGHT, 2),
        ("CAM-02", 18.0, MarkKind.WRONG_PERSON, 1),
        ("CAM-03", 18.0, MarkKind.NOBODY, 1),
    ]


def test_somebody_s_place_is_where_they_stood_and_nobody_has_none() -> None:
    right, wrong, empty = find_marked_places(make_case(MARK_FIRST_LEG, MARK_OTHER, MARK_EMPTY), right={"P001"})
    rows = INDEX.table.rows
    for place, person in ((right, "P001"), (wrong, "P002")):
        at = rows[(rows["person_id"] == person) & (rows["t_s"] == place.mark.t_s)].iloc[0]
        assert place.stood_at == (at["floor_x_m"], at["floor_y_m"], at["floor"])
    assert empty.stood_at is None


def test_marks_on_nobody_are_gathered_without_gaps_on_one_camera() -> None:
    moments = (14.0, 10.0, 11.0, 16.0)
    marks = [make_mark("CAM-03", t_s) for t_s in moments]
    assert list_places(*marks, make_mark("CAM-02", 11.0)) == [
        ("CAM-03", 10.0, MarkKind.NOBODY, 2),
        ("CAM-02", 11.0, MarkKind.NOBODY, 1),
        ("CAM-03", 14.0, MarkKind.NOBODY, 2),
    ]


def test_the_student_too_hidden_to_count_is_told_as_such() -> None:
    assert list_places(make_mark("CAM-03", 51.0)) == [("CAM-03", 51.0, MarkKind.UNCOUNTED, 1)]


def test_someone_else_too_hidden_to_count_is_not_no_one() -> None:
    """As the map has it, and the score card: an empty mark that is on somebody all the same."""
    case = make_case(MARK_EMPTY, make_mark("CAM-03", 55.0), make_mark("CAM-03", 51.0))
    kinds = [(place.kind, place.stood_at is None) for place in find_marked_places(case, right={"P001"})]
    assert kinds == [(MarkKind.NOBODY, True), (MarkKind.UNCOUNTED, False), (MarkKind.NOBODY, False)]
    assert count_hidden(case) == 1
    told = write_sentences(case)
    assert told["appearance_precision"] == (
        "Of 2 places you marked, 1 showed someone too hidden or too far away to count and 1 showed no one."
    )


def test_a_mark_on_a_glimpse_of_the_student_is_no_mark_on_nobody() -> None:
    log = SearchLog(used_s=200.0, finished=True, limit_s=360.0)
    answer = Answer(marks=(make_mark("CAM-03", 51.0),))
    case = make_trace_case(INDEX, target="P001", window_s=(0.0, 60.0), answer=answer, log=log)
    told = write_sentences(case)
    assert told["time_to_first_correct_mark_s"] == "In 3 min 20 s no mark on the student counted."
