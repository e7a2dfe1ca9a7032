"""Fresh school days on the page New drill: whether this computer makes any, how many, when, and what there is."""

from typing import Final

import streamlit as st

from sim.builds.kinds import FRESH, MEASURED
from sim.builds.queue import list_builds
from sim.crowd.generator.levels import Level
from sim.db.builds import OPEN, BuildState
from sim.features.library import recordings
from sim.features.library.fresh import (
    MOST_MEASURED,
    MOST_READY,
    FreshSettings,
    Stock,
    When,
    change_settings,
    find_obstacle_now,
    load_fresh_settings,
    look_at_stock,
    save_fresh_settings,
)
from sim.features.library.page_own_drills import LEVELS
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_facts, draw_quiet

LEVEL: Final = "Difficulty"
FRESH_ON: Final = "On: change"
FRESH_OFF: Final = "Off: turn on"
DISK_GB = (0.5, 50.0)


def draw_fresh_days() -> None:
    app = get_app()
    settings = run_action(lambda: load_fresh_settings(app.settings.data))
    if settings is None:
        return
    stock = run_action(lambda: look_at_stock(app, settings))
    is_any = settings.is_on or settings.measured > 0
    st.header("Made ahead", anchor=False)
    draw_quiet(
        "After five drills on one morning people answer from memory. This computer can make new school days on its own "
        "and keep some ready that nobody has played, and drills to measure with, so that no program waits for footage."
    )
    if is_any and stock is not None:
        _draw_stock(settings, stock)
    with st.expander(FRESH_ON if is_any else FRESH_OFF):
        _draw_choice(settings)


def _draw_stock(settings: FreshSettings, stock: Stock) -> None:
    app = get_app()
    names = dict(recordings.list_options(app).sites)
    facts = []
    for site in stock.ready:
        days = [f"{stock.ready[site]} of {settings.ready} for practice"] if settings.is_on else []
        drills = [f"{stock.measured[site]} of {settings.measured} to measure with"] if settings.measured else []
        facts.append((names.get(site, site), ", ".join([*days, *drills])))
    if settings.is_on:
        facts.append(("Disk used for practice", f"{stock.used_bytes / 1e9:.1f} of {settings.disk_gb:g} GB"))
    draw_facts(facts)
    rows = list_builds(app, FRESH, MEASURED)
    obstacle = find_obstacle_now(app, settings)
    if any(row.state in OPEN for row in rows):
        draw_quiet("The next one is being made.")
    elif not stock.next_measured and not (settings.is_on and stock.next_site):
        draw_quiet("Enough are ready. The next one is made when someone has played one.")
    elif rows and rows[0].state is BuildState.FAILED:
        draw_quiet("The last one could not be made; it is tried again, and after four failures only the next day.")
        draw_error(rows[0].error)
    else:
        draw_quiet(f"The next one waits: {obstacle}." if obstacle else "The next one is begun within a minute.")


def _draw_choice(settings: FreshSettings) -> None:
    app = get_app()
    sites = dict(recordings.list_options(app).sites)
    with st.form("fresh", border=False):
        left, right = st.columns(2, gap="medium")
        measured = left.number_input(
            "Drills to measure with, ready for each school",
            0,
            MOST_MEASURED,
            value=settings.measured,
            key="fresh-measured",
            help="Footage that nobody has seen, eight drills at a time. A program takes them, and more are made.",
        )
        is_on = right.toggle("Make school days for practice", value=settings.is_on, key="fresh-on")
        schools = left.multiselect(
            "Schools",
            list(sites),
            default=[name for name in settings.schools if name in sites],
            format_func=lambda name: sites[name],
            placeholder="All schools",
            key="fresh-schools",
        )
        when = left.radio(
            "When",
            [when.value for when in When],
            index=list(When).index(settings.when),
            format_func=lambda name: {
                "night": "At night, 8 PM to 6 AM",
                "idle": "When nobody has done a drill for 15 minutes",
            }[name],
            key="fresh-when",
        )
        ready = right.number_input(
            "School days ready for each school", 1, MOST_READY, value=settings.ready, key="fresh-ready"
        )
        level = right.segmented_control(
            LEVEL,
            [level.value for level in Level],
            format_func=lambda name: LEVELS[name],
            default=settings.level.value,
            required=True,
            key="fresh-level",
        )
        disk = right.number_input(
            "Disk limit for all of them, GB",
            *DISK_GB,
            value=min(max(settings.disk_gb, DISK_GB[0]), DISK_GB[1]),
            step=0.5,
            key="fresh-disk",
        )
        if st.form_submit_button("Save", key="fresh-save"):
            changed = run_action(
                lambda: change_settings(
                    settings,
                    is_on=is_on,
                    measured=int(measured),
                    schools=tuple(schools),
                    when=when,
                    ready=ready,
                    level=level,
                    disk_gb=disk,
                )
            )
            if changed is not None:
                run_and_redraw(lambda: save_fresh_settings(app.settings.data, changed))
