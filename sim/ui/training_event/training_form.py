"""The form of a training: to plan or enter one, and to correct one."""

from datetime import UTC, datetime, time, timedelta

import streamlit as st

from sim.errors import LedgerError
from sim.services.ledger.trainings import Certified, Material, Training
from sim.services.program.program_view import ProgramCard
from sim.services.training_event.events import (
    EARLIEST,
    FARTHEST,
    MOST_MINUTES,
    MOST_MONTHS,
    TrainingPlan,
    read_links,
    take_file,
    write_links,
)
from sim.services.training_event.view import CERTIFIED
from sim.ui.page.page_state import find_zone, get_app, get_viewer
from sim.ui.parts.blocks import draw_quiet
from sim.ui.training_event import training_wording as wording

USUAL_MINUTES = 60
USUAL_TIME = time(9, 0)
QUARTER = timedelta(minutes=15)


def draw_fields(
    base: TrainingPlan | Training, programs: dict[str, ProgramCard], *, key: str
) -> "tuple[TrainingPlan | None, LedgerError | None]":
    """Draw the fields, filled from `base`; return what they say, or why that is not a plan."""
    zone = find_zone()
    begins = base.begins_at.astimezone(zone)
    now = get_app().clock.read().wall.astimezone(zone)
    title = st.text_input(wording.NAME, value=base.title, placeholder=wording.NAME_HINT, key=f"title-{key}")
    day_at, hour_at, length_at = st.columns(3)
    day = day_at.date_input(
        wording.DAY,
        value=begins.date(),
        min_value=(now - EARLIEST).date() + timedelta(days=1),
        max_value=(now + FARTHEST).date(),
        format="MM/DD/YYYY",
        key=f"day-{key}",
    )
    hour = hour_at.time_input(wording.TIME, value=begins.time(), step=QUARTER, format="12h", key=f"hour-{key}")
    minutes = length_at.number_input(
        wording.MINUTES, value=base.minutes, min_value=1, max_value=MOST_MINUTES, step=15, key=f"minutes-{key}"
    )
    place = st.text_input(wording.PLACE, value=base.place, key=f"place-{key}")
    options: list[str | None] = [*programs, None]
    program_id = None
    if programs:
        program_id = st.selectbox(
            wording.PROGRAM,
            options,
            index=options.index(base.program_id if base.program_id in programs else None),
            format_func=lambda each: _name(programs, each),
            key=f"program-{key}",
        )
    st.subheader(wording.CONTENT, anchor=False)
    topics = st.text_area(wording.TOPICS, value=base.topics, placeholder=wording.TOPICS_HINT, key=f"topics-{key}")
    left, right = st.columns(2)
    need = left.text_input(wording.NEED, value=base.need, placeholder=wording.NEED_HINT, key=f"need-{key}")
    version = right.text_input(
        wording.VERSION, value=base.version, placeholder=wording.VERSION_HINT, key=f"version-{key}"
    )
    instructor = left.text_input(
        wording.INSTRUCTOR, value=base.instructor or get_viewer().name, key=f"instructor-{key}"
    )
    qualification = right.text_input(wording.QUALIFICATION, value=base.qualification, key=f"qualification-{key}")
    provider = left.text_input(wording.PROVIDER, value=base.provider, key=f"provider-{key}")
    standard = right.text_input(
        wording.STANDARD, value=base.standard, placeholder=wording.STANDARD_HINT, key=f"standard-{key}"
    )
    certified, valid = _draw_certificate(base, key)
    read = _draw_materials(base, key)
    if isinstance(read, LedgerError):
        return None, read
    if day is None or hour is None:
        return None, LedgerError("Choose the day and the time of the training.")
    return TrainingPlan(
        team_id=base.team_id,
        title=title,
        begins_at=datetime.combine(day, hour, zone).astimezone(UTC),
        minutes=int(minutes),
        topics=topics,
        version=version,
        need=need,
        place=place,
        instructor=instructor,
        qualification=qualification,
        provider=provider,
        standard=standard,
        materials=read,
        program_id=program_id,
        certified=certified,
        valid_months=valid,
        makes_up=base.makes_up,
    ), None


def _draw_certificate(base: TrainingPlan | Training, key: str) -> tuple[Certified, int]:
    left, right = st.columns(2)
    kinds = list(Certified)
    certified = left.selectbox(
        wording.CERTIFICATE,
        kinds,
        index=kinds.index(base.certified),
        format_func=lambda each: CERTIFIED[each],
        key=f"certified-{key}",
    )
    valid = right.number_input(
        wording.VALID, value=base.valid_months or 12, min_value=0, max_value=MOST_MONTHS, step=6, key=f"valid-{key}"
    )
    return certified, int(valid)


def _draw_materials(base: TrainingPlan | Training, key: str) -> tuple[Material, ...] | LedgerError:
    st.subheader(wording.MATERIALS, anchor=False)
    links = st.text_area(
        wording.LINKS, value=write_links(base.materials), placeholder=wording.LINKS_HINT, key=f"links-{key}", height=80
    )
    kept = {each.sha256: each for each in base.materials if each.sha256}
    if kept:
        stay = st.multiselect(
            wording.FILES_KEPT,
            list(kept),
            default=list(kept),
            format_func=lambda each: kept[each].name,
            key=f"kept-{key}",
        )
        kept = {each: kept[each] for each in stay}
    files = st.file_uploader(wording.FILES, accept_multiple_files=True, key=f"files-{key}")
    draw_quiet(wording.FILES_NOTE)
    try:
        fresh = [take_file(file.name, file.getvalue()) for file in files]
        return (*read_links(links), *kept.values(), *(each for each in fresh if each.sha256 not in kept))
    except LedgerError as error:
        return error


def _name(programs: dict[str, ProgramCard], program_id: str | None) -> str:
    if program_id is None:
        return wording.NO_PROGRAM
    card = programs[program_id]
    return wording.PROGRAM_OF.format(aim=card.aim, day=card.training)
