import pytest

from sim.app.score import AttemptScore, score_attempt
from sim.attempt.events import Event, EventKind
from sim.tasks import get_task_type
from sim.tasks.common.task import Task
from sim.truth.index import TruthIndex, make_truth_index
from tests.support.alarm_tables import make_alarm, make_checkpoint_index, make_eight_alarms
from tests.support.trace_tables import make_worked_table

Act = tuple[EventKind, dict[str, object]]
EIGHT = make_checkpoint_index(*make_eight_alarms())
(SCREENING,) = get_task_type("screening").make_tasks(EIGHT, (0.0, 60.0))
ALARM = Task(type="alarm", window_s=(12.0, 30.0), params={"event_id": "bell"})
EXPORT = Task(type="export", target="P001", window_s=(0.0, 60.0))
CUSTODY = {"reason": "fight", "requested-by": "police", "goes-to": "district-store"}


def score(task: Task, index: TruthIndex, *acts: Act, finished: bool = True) -> AttemptScore:
    events = [
        Event.read(
            tab_id="5b0d5a76-3f0e-4a51-9d5e-0d2b8f7c1a11",
            seq=seq,
            t_client_ms=10_000.0 * seq,
            kind=kind,
            payload=payload,
        )
        for seq, (kind, payload) in enumerate(acts, start=1)
    ]
    return score_attempt(task, index, events, used_s=90.0, finished=finished, limit_s=240.0)


def tell(task: Task, result: AttemptScore) -> tuple[str, dict[str, tuple[str, str]], tuple[str, ...]]:
    task_type = get_task_type(task.type)
    parts = {part.key: (part.value, part.sentence) for part in task_type.write_parts(result, task)}
    advice = tuple(each.sentence for each in task_type.write_advice(result, task))
    return task_type.write_verdict(result, task), parts, advice


def choose(**choices: str) -> list[Act]:
    return [(EventKind.CHOICE, {"key": key.replace("_", "-"), "value": value}) for key, value in choices.items()]


def judge(*verdicts: str) -> list[Act]:
    return choose(**{f"alarm_{n}": verdict for n, verdict in enumerate(verdicts, start=1)})


def cut(number: int, camera_id: str, from_s: float, to_s: float) -> Act:
    clip = {"clip_id": str(number), "camera_id": camera_id, "from_s": from_s, "to_s": to_s}
    return EventKind.CLIP, clip


def mark(x: float) -> Act:
    mark = {"mark_id": "1", "camera_id": "CAM-01", "frame": 150, "t_s": 15.0, "x": x, "y": 0.5}
    return EventKind.MARK, mark


SUBMIT = (EventKind.SUBMIT, {"final_zone": "checkpoint", "not_on_camera": False, "note": ""})


def test_screening_says_n_and_that_few_alarms_make_a_rough_figure() -> None:
    acts = judge("not-complete", "not-complete", "not-complete", "complete", *["complete"] * 3, "cannot-tell")
    verdict, parts, advice = tell(SCREENING, score(SCREENING, EIGHT, *acts))
    assert verdict == "Not yet. You caught 3 of 4 incomplete checks (goal: 80%) and left 1 alarm undecided."
    assert parts["hit_rate"] == ("3 of 4", "Of 4 checks that were not completed, you noticed 3.")
    assert parts["false_alarm_rate"] == ("0 of 4", "Of 4 completed checks, you called 0 not completed.")
    assert parts["undecided"][0] == "1"
    assert parts["d_prime"][0] == "1.81"
    assert "n = 8 alarms; with fewer than 20 this is only a rough figure." in parts["d_prime"][1]
    assert parts["criterion"] == (
        "+0.38",
        "You tend to let checks pass: when in doubt, you do not call them not completed.",
    )
    assert parts["seconds_per_alarm"][0] == "10 s"
    assert parts["completion_time_s"][0] == "1 min 30 s"
    assert len(advice) == 2


@pytest.mark.parametrize(
    ("acts", "verdict"),
    [
        ((mark(420 / 960), *choose(screening="complete"), SUBMIT), "Correct. You found who it was, judged"),
        (
            (mark(620 / 960), *choose(screening="cannot-tell"), SUBMIT),
            "Not yet. You did not mark the student who set off the alarm and misjudged the check.",
        ),
        ((mark(420 / 960), *choose(screening="complete")), "Not yet. You missed the last location."),
    ],
)
def test_alarm_verdicts(acts: tuple[Act, ...], verdict: str) -> None:
    index = make_checkpoint_index(make_alarm("bell", 12.4, 20.0, complete=True))
    found, parts, advice = tell(ALARM, score(ALARM, index, *acts))
    assert found.startswith(verdict)
    assert {"right_person", "verdict_right", "final_place", "completion_time_s"} <= set(parts)
    assert ("time_to_first_correct_mark_s" in parts) == (parts["right_person"][0] == "Correct")
    assert advice


def test_export_verdicts() -> None:
    index = make_truth_index(make_worked_table())
    noted = [(EventKind.CHOICE, {"key": key, "value": value}) for key, value in CUSTODY.items()]
    all_cut = (cut(1, "CAM-01", 0.0, 9.9), cut(2, "CAM-02", 15.0, 24.9), cut(3, "CAM-01", 30.0, 39.9))
    verdict, parts, _ = tell(EXPORT, score(EXPORT, index, *all_cut, *noted))
    assert verdict.startswith("Correct. Every appearance is clipped")
    assert (parts["cut_share"][0], parts["mean_iou"][0], parts["others_s"][0]) == ("100%", "100%", "0 s")
    verdict, parts, advice = tell(EXPORT, score(EXPORT, index, *all_cut[:2], cut(4, "CAM-03", 0.0, 9.0), *noted[:2]))
    assert verdict == (
        "Not yet. You clipped 67% of the appearances (goal: all), included 31% footage without the student "
        "(goal: at most 25%), and left questions unanswered."
    )
    assert (parts["cut_share"][0], parts["surplus_clips"][0], parts["custody_complete"][0]) == ("67%", "1", "not noted")
    assert len(advice) == 2
