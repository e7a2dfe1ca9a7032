"""How good the simulated appearance search really is on the sample footage, and how fast it answers."""

import time
from collections.abc import Callable
from functools import cache

import numpy as np

from sim.drill.difficulty import compute_outfit_distances
from sim.drill.similar_people import (
    DRILL_QUALITY,
    GetDistances,
    SearchQuality,
    Suggestion,
    draw_groups,
    find_place,
    make_search_key,
)
from sim.drill.similar_query import cut_around
from sim.footage.recording.open import Recording, load_people, open_recording
from sim.footage.video.crop import load_crop
from sim.services.app.score import load_truth_index
from sim.services.app.wiring import PROJECT
from sim.truth.window import TruthWindow, cut_window
from tools.bench.rig.figures import Figure
from tools.bench.similar_measure import MeasuredSearch, measure_search

SAMPLE = PROJECT / "sample_footage" / "maple-ridge-first-bell"
SEED = 1
QUERIES = 1000
TOLERANCE = 0.03
PICTURES = 20
TARGET_S = 1.0
QUALITIES = (
    DRILL_QUALITY,
    SearchQuality(precision=0.5, recall=0.5),
    SearchQuality(precision=0.9, recall=0.95),
    SearchQuality(precision=0.3, recall=0.6),
)


def measure(*, on_step: Callable[[str], None]) -> tuple[Figure, ...]:
    """Ask 1,000 times at several settings, and time one question and the pictures of twenty suggestions."""
    recording = open_recording(SAMPLE)
    window = open_window(recording)
    get_distances = open_distances(recording)
    figures: list[Figure] = []
    for quality in QUALITIES:
        on_step(f"{QUERIES} queries at precision {quality.precision:g} and recall {quality.recall:g}")
        figures += _compare(quality, measure_quality(window, get_distances, quality))
    on_step(f"{QUERIES} queries about people who are not sought")
    others = measure_quality(window, get_distances, DRILL_QUALITY, is_sought=False)
    figures += [
        Figure(name=f"not sought: {label} over {others.queries} queries", value=100.0 * (found or 0.0), unit="%")
        for label, found in (("precision", others.precision), ("recall", others.recall))
    ]
    on_step(f"pictures of {PICTURES} suggestions")
    return (*figures, *_time(recording, window, get_distances))


def open_window(recording: Recording) -> TruthWindow:
    """Return all of a recording's truth."""
    return cut_window(load_truth_index(recording), (0.0, recording.manifest.duration_s))


def open_distances(recording: Recording) -> GetDistances:
    """Return what gives the outfit distances to a person, each computed once."""
    people = load_people(recording)
    return cache(lambda person_id: compute_outfit_distances(people, person_id))


def measure_quality(
    window: TruthWindow, get_distances: GetDistances, quality: SearchQuality, *, is_sought: bool = True
) -> MeasuredSearch:
    """Return what comes of 1,000 queries at a setting, always the same ones; `is_sought` as of `measure_search`."""
    rng = np.random.default_rng(SEED)
    return measure_search(window, get_distances, quality=quality, count=QUERIES, rng=rng, is_sought=is_sought)


def _compare(quality: SearchQuality, measured: MeasuredSearch) -> tuple[Figure, ...]:
    name = f"set to {quality.precision:g}/{quality.recall:g}"
    pairs = (("precision", quality.precision, measured.precision), ("recall", quality.recall, measured.recall))
    return (
        *(
            Figure(
                name=f"{name}: {label} over {measured.queries} queries",
                value=100.0 * (found or 0.0),
                unit="%",
                target=f"within {100 * TOLERANCE:g} of {100 * wanted:g} %",
                met=found is not None and abs(found - wanted) <= TOLERANCE,
            )
            for label, wanted, found in pairs
        ),
        Figure(name=f"{name}: suggestions a query", value=measured.suggestions / measured.queries, unit=""),
        Figure(name=f"{name}: first suggestion right", value=100.0 * (measured.right_first_share or 0.0), unit="%"),
        Figure(name=f"{name}: empty lists", value=100.0 * measured.empty / measured.queries, unit="%"),
    )


def _time(recording: Recording, window: TruthWindow, get_distances: GetDistances) -> tuple[Figure, ...]:
    start = time.perf_counter()
    found = _ask_often(window, get_distances)
    asked_ms = (time.perf_counter() - start) * 1000.0 / PICTURES
    start = time.perf_counter()
    for each in found[:PICTURES]:
        crop = cut_around(each.box_px, size_wh=window.index.table.picture_wh[each.camera_id])
        load_crop(recording, each.camera_id, each.frame, crop)
    pictures_s = time.perf_counter() - start
    return (
        Figure(name="one question, without the network", value=asked_ms, unit="ms"),
        Figure(
            name=f"pictures of {min(PICTURES, len(found))} suggestions, one after another",
            value=pictures_s,
            unit="s",
            target=f"under {TARGET_S:g} s",
            met=pictures_s < TARGET_S,
        ),
    )


def _ask_often(window: TruthWindow, get_distances: GetDistances) -> list[Suggestion]:
    """Return the suggestions for people drawn at random, each as the first question of an attempt."""
    index = window.index
    found: list[Suggestion] = []
    for number in np.random.default_rng(SEED).choice(len(index.appearances), PICTURES, replace=False).tolist():
        shown = index.appearances[number]
        groups = draw_groups(
            window,
            target=shown.person_id,
            get_distances=get_distances,
            quality=DRILL_QUALITY,
            key=make_search_key(b"bench", attempt_id=str(number)),
        )
        asked = find_place(window, person_id=shown.person_id, camera_id=shown.camera_id, t_s=shown.start_s)
        found += groups.list_for(asked)
    return found
