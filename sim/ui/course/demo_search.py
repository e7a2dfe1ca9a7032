"""The search on Home: one camera after another, each with the person who is followed."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from sim.services.library.demo_search import DEMO_PATH, DemoScene
from sim.ui.course import course_wording as wording

SCENE_S = 3.0


def draw_demo_search(scenes: Sequence[DemoScene]) -> None:
    """Draw the scenes one after another, over and over; all side by side for somebody who wants less motion."""
    shown = "".join(_write_scene(scene, number, len(scenes)) for number, scene in enumerate(scenes))
    length_s = SCENE_S * len(scenes)
    style = f"--count: {len(scenes)}; --length: {length_s:g}s"
    label = escape(wording.DEMO.format(count=len(scenes)))
    st.html(
        f'<figure class="sl-demo" style="{style}"><div class="sl-demo-scenes" data-count="{len(scenes)}">{shown}</div>'
        f'<label><input type="checkbox"> {escape(wording.DEMO_PAUSE)}</label><figcaption>{label}</figcaption></figure>'
    )


def _write_scene(scene: DemoScene, number: int, count: int) -> str:
    left, top, width, height = (f"{100 * share:.2f}%" for share in scene.box)
    picture = DEMO_PATH.format(name=scene.name)
    caption = escape(wording.DEMO_SCENE.format(number=number + 1, count=count, caption=scene.caption))
    return (
        f'<div class="sl-demo-scene" style="animation-delay: {number * SCENE_S:g}s">'
        f'<img src="{picture}" alt="{caption}">'
        f'<i style="left:{left};top:{top};width:{width};height:{height};animation-delay: {number * SCENE_S:g}s"></i>'
        f"<span>{caption}</span></div>"
    )
