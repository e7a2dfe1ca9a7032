"""All metrics of a trace, in the order they are shown. A new one is a file and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from sim.scoring.case import TraceCase
from sim.scoring.duration import COMPLETION, FINISHED, FIRST_CORRECT, FIRST_CORRECT_MADE
from sim.scoring.final_place import ABSENCE_RIGHT, FINAL_PLACE
from sim.scoring.footage_use import MEAN_SPEED, NEXT_CAMERA, REWATCH_SHARE, SEARCH_ECONOMY, TIME_ON_TARGET
from sim.scoring.identity import (
    APPEARANCE_PRECISION,
    APPEARANCE_RECALL,
    IDF1,
    IDFN,
    IDFP,
    IDP,
    IDR,
    IDTP,
    SEQUENCE_SIMILARITY,
    WRONG_PERSON,
)
from sim.scoring.metric import Metric

TRACE_METRICS: tuple[Metric[TraceCase], ...] = (
    APPEARANCE_RECALL,
    APPEARANCE_PRECISION,
    IDTP,
    IDFP,
    IDFN,
    IDP,
    IDR,
    IDF1,
    WRONG_PERSON,
    SEQUENCE_SIMILARITY,
    FINAL_PLACE,
    ABSENCE_RIGHT,
    FIRST_CORRECT,
    FIRST_CORRECT_MADE,
    COMPLETION,
    FINISHED,
    NEXT_CAMERA,
    SEARCH_ECONOMY,
    REWATCH_SHARE,
    MEAN_SPEED,
    TIME_ON_TARGET,
)

METRICS: Mapping[str, Metric[TraceCase]] = MappingProxyType({metric.key: metric for metric in TRACE_METRICS})
