"""The debrief's map: the student's true way and the trainee's marks on the plan."""

import streamlit as st

from sim.services.debrief_map import MapView
from sim.ui import wording
from sim.ui.blocks import draw_legend, draw_quiet
from sim.ui.plan_svg import find_floors, write_plan


def draw_map(view: MapView) -> None:
    """Draw the section."""
    st.header(wording.DEBRIEF_PATHS, anchor=False)
    floors = find_floors(view.plan, view.true_path, view.claimed_path)
    if not floors:
        draw_quiet("The student was on no camera, and you marked nobody.")
        return
    draw_legend((("line", wording.TRUE_PATH), ("dashed", wording.UNSEEN), ("mark", f"{wording.YOUR_PATH}, in order")))
    is_one = len(view.plan["floors"]) == 1
    for (floor, name), place in zip(floors, st.columns(len(floors), gap="small"), strict=True):
        where = "Plan" if is_one else f"Plan of {name}"
        marks = sum(point.floor == floor for point in view.claimed_path)
        title = f"{where} with the student's true path and your {marks} mark{'' if marks == 1 else 's'}"
        svg = write_plan(view.plan, floor=floor, true_path=view.true_path, claimed_path=view.claimed_path, title=title)
        if not is_one:
            place.subheader(name, anchor=False)
        place.image(svg, width="stretch", alt=title)
