"""The form of a training: to plan or enter one, and to correct one."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.db.programs import ProgramRow
from sim.db.sessions import Certified, Material, Training
from sim.errors import LedgerError
from sim.features.training.events import (
    EARLIEST,
    FARTHEST,
    MOST_MINUTES,
    MOST_MONTHS,
    TrainingPlan,
    read_links,
    take_file,
    write_links,
)
from sim.features.training.view import CERTIFIED
from sim.text.times import write_day
from sim.ui.page.page_state import find_zone, get_app, get_viewer
from sim.ui.parts.blocks import draw_quiet

USUAL_MINUTES = 60
USUAL_TIME = time(9, 0)
QUARTER = timedelta(minutes=15)


def draw_fields(
    base: TrainingPlan | Training, programs: dict[str, ProgramRow], *, key: str
) -> "tuple[TrainingPlan | None, LedgerError | None]":
    """Draw the fields, filled from `base`; return what they say, or why that is not a plan."""
    zone = find_zone()
    begins = base.begins_at.astimezone(zone)
    now = get_app().clock.read().wall.astimezone(zone)
    texts: dict[str, Any] = {}

    def ask(place: DeltaGenerator, name: str, label: str, *, example: str = "", usual: str = "") -> None:
        placeholder = f"for example: {example}" if example else None
        known = getattr(base, name) or usual
        texts[name] = place.text_input(label, value=known, placeholder=placeholder, key=f"{name}-{key}")

    ask(st.container(), "title", "Title", example="Searching for a student on the new cameras")
    day_at, hour_at, length_at = st.columns(3)
    day = day_at.date_input(
        "Day",
        value=begins.date(),
        min_value=(now - EARLIEST).date() + timedelta(days=1),
        max_value=(now + FARTHEST).date(),
        format="MM/DD/YYYY",
        key=f"day-{key}",
    )
    hour = hour_at.time_input("Begins at", value=begins.time(), step=QUARTER, format="12h", key=f"hour-{key}")
    minutes = length_at.number_input(
        "Minutes", value=base.minutes, min_value=1, max_value=MOST_MINUTES, step=15, key=f"minutes-{key}"
    )
    where, by = st.columns(2)
    ask(where, "place", "Place")
    ask(by, "instructor", "Instructor", usual=get_viewer().name)
    texts["topics"] = st.text_area(
        "Topics",
        value=base.topics,
        placeholder="for example: finding a camera, following from camera to camera, exporting a clip",
        key=f"topics-{key}",
    )
    options: list[str | None] = [*programs, None]
    program_id = None
    if programs:
        program_id = st.selectbox(
            "Program whose training this is",
            options,
            index=options.index(base.program_id if base.program_id in programs else None),
            format_func=lambda each: _name(programs, each),
            key=f"program-{key}",
            help="Once it is closed, the program's days follow it: drills before it that nobody did are left out.",
        )
    more = st.expander("More for the file", key=f"more-{key}")
    left, right = more.columns(2)
    ask(left, "need", "Why it is held", example="new cameras since August")
    ask(right, "version", "Version of the content", example="slides of Aug 2026")
    ask(left, "qualification", "Qualification of the instructor")
    ask(right, "provider", "Provider or vendor")
    ask(more, "standard", "Standard or policy it meets", example="state code 13.04, district policy EBCB")
    with more:
        certified, valid, least = _draw_certificate(base, key)
        read = _draw_materials(base, key)
    if isinstance(read, LedgerError):
        return None, read
    if day is None or hour is None:
        return None, LedgerError("Choose the day and the time of the training.")
    return TrainingPlan(
        **texts,
        least_minutes=least,
        team_id=base.team_id,
        begins_at=datetime.combine(day, hour, zone).astimezone(UTC),
        minutes=int(minutes),
        materials=read,
        program_id=program_id,
        certified=certified,
        valid_months=valid,
        makes_up=base.makes_up,
    ), None


def _draw_certificate(base: TrainingPlan | Training, key: str) -> tuple[Certified, int, int]:
    left, right, least_at = st.columns(3)
    kinds = list(Certified)
    certified = left.selectbox(
        "Certificate",
        kinds,
        index=kinds.index(base.certified),
        format_func=lambda each: CERTIFIED[each],
        key=f"certified-{key}",
    )
    valid = right.number_input(
        "Valid for months (0: does not expire)",
        value=base.valid_months or 12,
        min_value=0,
        max_value=MOST_MONTHS,
        step=6,
        key=f"valid-{key}",
    )
    least = least_at.number_input(
        "Least minutes for it (0: 80% of the length)",
        value=base.least_minutes,
        min_value=0,
        max_value=MOST_MINUTES,
        step=5,
        key=f"least-{key}",
    )
    return certified, int(valid), int(least)


def _draw_materials(base: TrainingPlan | Training, key: str) -> tuple[Material, ...] | LedgerError:
    st.subheader("Materials", anchor=False)
    links = st.text_area(
        "Links, one per line",
        value=write_links(base.materials),
        placeholder="Slides https://drive.example.org/slides",
        key=f"links-{key}",
        height=80,
    )
    kept = {each.sha256: each for each in base.materials if each.sha256}
    if kept:
        stay = st.multiselect(
            "Files on record",
            list(kept),
            default=list(kept),
            format_func=lambda each: kept[each].name,
            key=f"kept-{key}",
        )
        kept = {each: kept[each] for each in stay}
    files = st.file_uploader("Files", accept_multiple_files=True, max_upload_size=5, key=f"files-{key}")
    draw_quiet(
        "Of a file, its name and its fingerprint (SHA-256) are recorded. They prove later which file it was. The file "
        "itself is not kept here: keep it where you keep documents. For one above 5 MB, enter its link."
    )
    try:
        fresh = [take_file(file.name, file.getvalue()) for file in files]
        return (*read_links(links), *kept.values(), *(each for each in fresh if each.sha256 not in kept))
    except LedgerError as error:
        return error


def _name(programs: dict[str, ProgramRow], program_id: str | None) -> str:
    if program_id is None:
        return "None"
    row = programs[program_id]
    return f"{row.aim} (training planned for {write_day(row.training_on) if row.training_on else ''})"
