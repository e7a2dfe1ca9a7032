"""Where and when something happened: one mark, judged by camera, time and point."""

from dataclasses import dataclass

from sim.scoring.duration import COMPLETION, FINISHED
from sim.scoring.evidence import Answer, Mark, SearchLog
from sim.scoring.mark import check_marks
from sim.scoring.metric import Better, Metric
from sim.scoring.score_card import Criterion, ScoreCard, make_score_card
from sim.truth.appearance import round_off_s
from sim.truth.events import Event
from sim.truth.index import EventView, TruthIndex, find_event_views
from sim.truth.window import check_window

NEAR_S = 5.0
POINT_MARGIN_PX = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCase:
    """An answer beside the event it is about."""

    index: TruthIndex
    event: Event  # what happened
    views: tuple[EventView, ...]  # the cameras that show it, see `sim.truth.index`
    mark: Mark | None  # the last mark, or None
    log: SearchLog | None  # how the search went, or None

    @property
    def marked_view(self) -> EventView | None:
        """The event on the camera marked; None without a mark, or where that camera does not show it."""
        camera_id = None if self.mark is None else self.mark.camera_id
        return next((view for view in self.views if view.camera_id == camera_id), None)


def make_event_case(
    index: TruthIndex, event: Event, *, window_s: tuple[float, float], answer: Answer, log: SearchLog | None
) -> EventCase:
    """Put an answer beside its event. Raises TaskError: the window. AnswerError: a mark that may not be scored."""
    check_marks(index, answer.marks, check_window(index, window_s))
    mark = answer.marks[-1] if answer.marks else None
    return EventCase(index=index, event=event, views=find_event_views(index, event), mark=mark, log=log)


def judge_camera(case: EventCase) -> bool:
    """Return whether the mark is on a camera that shows the event; without a mark: false."""
    return case.marked_view is not None


def compute_time_error_s(case: EventCase) -> float | None:
    """Return seconds from the mark to the event's span, 0 inside it; None without a mark.

    Span 60 to 66 s: marked at 63 s 0, at 70 s 4.
    """
    if case.mark is None:
        return None
    return round_off_s(max(case.event.start_s - case.mark.t_s, case.mark.t_s - case.event.end_s, 0.0))


def judge_point(case: EventCase) -> bool | None:
    """Return whether the mark lies in the event's box, grown by 24 px; None on another camera.

    The box is that of the frame shown nearest to the mark's time. A box 162..253 x 345..409 holds points 138..277
    across and 321..433 down.
    """
    view = case.marked_view
    if case.mark is None or view is None:
        return None
    box = view.find_shown(case.mark.t_s).box_xyxy
    width, height = case.index.table.picture_wh[case.mark.camera_id]
    x_px, y_px = case.mark.x * width, case.mark.y * height
    inside_x = box[0] - POINT_MARGIN_PX <= x_px <= box[2] + POINT_MARGIN_PX
    return inside_x and box[1] - POINT_MARGIN_PX <= y_px <= box[3] + POINT_MARGIN_PX


RIGHT_CAMERA = Metric(
    key="right_camera", version=2, unit="", better=Better.HIGHER, needs_log=False, compute=judge_camera
)
TIME_ERROR = Metric(
    key="time_error_s", version=2, unit="s", better=Better.LOWER, needs_log=False, compute=compute_time_error_s
)
RIGHT_POINT = Metric(key="right_point", version=2, unit="", better=Better.HIGHER, needs_log=False, compute=judge_point)
EVENT_METRICS: tuple[Metric[EventCase], ...] = (RIGHT_CAMERA, TIME_ERROR, RIGHT_POINT, COMPLETION, FINISHED)


def make_event_card(case: EventCase) -> ScoreCard:
    """Compute every metric that the case allows. Passed: a camera that shows it, within 5 s, the right point."""
    error_s = compute_time_error_s(case)
    criteria = (
        Criterion(key="right_camera", met=judge_camera(case)),
        Criterion(key="near_in_time", met=error_s is not None and error_s <= NEAR_S),
        Criterion(key="right_point", met=judge_point(case) is True),
    )
    return make_score_card(case, EVENT_METRICS, criteria=criteria)
