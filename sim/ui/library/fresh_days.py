"""Fresh school days on the page New drill: whether this computer makes any, how many, when, and what there is."""

import streamlit as st

from sim.crowd.generator.levels import Level
from sim.services.library import generate
from sim.services.library.fresh import Stock, find_obstacle_now, look_at_stock
from sim.services.library.fresh_settings import (
    MOST_READY,
    FreshSettings,
    When,
    change_settings,
    load_fresh_settings,
    save_fresh_settings,
)
from sim.ui.library import wording
from sim.ui.page.page_state import get_app
from sim.ui.parts.actions import run_action, run_and_redraw
from sim.ui.parts.blocks import draw_facts, draw_quiet

DISK_GB = (0.5, 50.0)


def draw_fresh_days() -> None:
    app = get_app()
    settings = run_action(lambda: load_fresh_settings(app.settings.data))
    if settings is None:
        return
    stock = run_action(lambda: look_at_stock(app, settings))
    st.header("Fresh school days", anchor=False)
    draw_quiet(
        "After five drills on one morning people answer from memory. This computer can make new days on its own "
        "and keep some ready that nobody has played."
    )
    if settings.is_on and stock is not None:
        _draw_stock(settings, stock)
    with st.expander(wording.FRESH_ON if settings.is_on else wording.FRESH_OFF):
        _draw_choice(settings)


def _draw_stock(settings: FreshSettings, stock: Stock) -> None:
    app = get_app()
    names = dict(generate.list_options(app).sites)
    facts = [(names.get(site, site), wording.FRESH_READY.format(ready=n)) for site, n in stock.ready.items()]
    used = f"{stock.used_bytes / 1e9:.1f} of {settings.disk_gb:g} GB"
    draw_facts([*facts, ("Disk used", used)])
    obstacle = find_obstacle_now(app, settings)
    if not stock.next_site:
        draw_quiet("Enough are ready. The next one is made when someone has played one.")
    elif obstacle:
        draw_quiet(f"The next one waits: {obstacle}.")


def _draw_choice(settings: FreshSettings) -> None:
    app = get_app()
    sites = dict(generate.list_options(app).sites)
    with st.form("fresh", border=False):
        is_on = st.toggle("Make fresh school days on this computer", value=settings.is_on, key="fresh-on")
        left, right = st.columns(2, gap="medium")
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
            format_func=lambda name: wording.FRESH_WHEN_WORDS[name],
            key="fresh-when",
        )
        ready = right.number_input("Ready for each school", 1, MOST_READY, value=settings.ready, key="fresh-ready")
        level = right.segmented_control(
            wording.LEVEL,
            [level.value for level in Level],
            format_func=lambda name: wording.LEVELS[name],
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
                    schools=tuple(schools),
                    when=when,
                    ready=ready,
                    level=level,
                    disk_gb=disk,
                )
            )
            if changed is not None:
                run_and_redraw(lambda: save_fresh_settings(app.settings.data, changed))
