"""The steps of a walk but the clocks: clips, blurring, the walker, and making the practice drill."""

import tempfile
from functools import cache, partial
from pathlib import Path
from typing import Literal

import streamlit as st

from sim.builds.queue import write_progress
from sim.clips.keyframes import TrackFormat
from sim.clips.model import BlurMode, Clothes, DrillWish, Neighbor, Walk
from sim.db.builds import BuildState
from sim.features.library.page_own_drills import draw_walk_drills
from sim.features.own_clips import annotating, clocks, folder, making
from sim.features.own_clips.clocks import find_align
from sim.features.own_school.page_editor import FOLDER as SCHOOL
from sim.tasks import get_task_type
from sim.ui.console.component import FOLDER as CONSOLE
from sim.ui.console.component import join_modules, make_icon_module, read_texts
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts.actions import flash, fragment, run_action, run_and_redraw
from sim.ui.parts.blocks import draw_error, draw_lead, draw_list, draw_quiet, escape_markdown

BLUR_NOTE = (
    "Blurring helps to blur people who happen to be in the picture. It can miss someone, so you look through every "
    "camera before a drill is made."
)
COLORS = ("black", "white", "gray", "blue", "navy", "red", "green", "yellow", "orange", "brown", "purple", "pink")
PARTS = (
    ("top_color", "Top, color", COLORS),
    ("top_kind", "Top", ("jacket", "hoodie", "sweater", "T-shirt", "shirt", "coat", "vest")),
    ("bottom_color", "Bottom, color", COLORS),
    ("bottom_kind", "Bottom", ("pants", "jeans", "shorts", "skirt", "leggings")),
    ("shoe_color", "Shoes, color", COLORS),
    ("hair_color", "Hair", ("black", "brown", "blond", "gray", "white", "red", "covered")),
    ("bag_kind", "Bag", ("none", "backpack", "shoulder bag", "tote bag")),
    ("bag_color", "Bag, color", ("none", *COLORS)),
)
PHOTO = "Photo of the walker (optional)"
FOLDER = Path(__file__).parent
_TAKEN = "own-clips-tracks-taken"


@cache
def read_script(entry: str) -> str:
    """Return the JavaScript from an entry on, one module: what is imported of the console is the console's own."""
    icons = make_icon_module(read_texts(CONSOLE / "icons", suffix=".svg"))
    console = read_texts(CONSOLE / "js", suffix=".js")
    own = read_texts(FOLDER / "js", suffix=".js")
    return join_modules({**console, "icon_shapes.js": icons, **own}, entry=entry)


def _read_style(*paths: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


_mount_imports = st.components.v2.component(
    "sightline_clip_imports",
    html=(FOLDER / "imports.html").read_text(encoding="utf-8"),
    css=_read_style(SCHOOL / "editor.css", FOLDER / "imports.css"),
    js=read_script("imports.js"),
    isolate_styles=True,
)


_mount_annotator = st.components.v2.component(
    "sightline_walk",
    html=(FOLDER / "annotator.html").read_text(encoding="utf-8"),
    css=_read_style(*(CONSOLE / "css" / name for name in ("tokens.css", "timeline.css")), FOLDER / "annotator.css"),
    js=read_script("index.js"),
    isolate_styles=True,
)


def _note_refresh() -> None:
    """Make `refresh` a trigger that reruns the page; the rerun itself is all that is wanted."""


def draw_annotator(walk_id: str, *, kind: Literal["walker", "blur"], times: int = 0) -> None:
    _mount_annotator(key=f"{kind}-{walk_id}-{times}", data={"walk_id": walk_id, "kind": kind})


def draw_drill_step(walk: Walk) -> None:
    draw_lead("Say what the walker wears and what is asked. Drills of this walk are practice only.")
    missing = run_action(lambda: making.check_drill(get_app(), walk.walk_id))
    if missing:
        st.warning("Before a drill can be made")
        draw_list(missing)
    _draw_photo(walk)
    title = st.text_input("Title of the drill", value=walk.name, max_chars=60, key=f"title-{walk.walk_id}")
    titles = {name: get_task_type(name).title for name in making.TASKS}
    tasks = st.multiselect(
        "What is asked",
        list(titles),
        default=["trace"],
        format_func=lambda each: titles[each],
        key=f"tasks-{walk.walk_id}",
    )
    st.header("What the walker wears", anchor=False)
    columns = st.columns(2)
    chosen = {}
    for place, (name, label, options) in enumerate(PARTS):
        chosen[name] = columns[place % 2].selectbox(
            label, options, accept_new_options=True, key=f"{name}-{walk.walk_id}"
        )
    clothes = Clothes.model_validate({name: str(value or "none")[:60] for name, value in chosen.items()})
    if st.button("Make the drill", key="make-drill", type="primary", disabled=missing is None or bool(missing)):
        _make(walk, " ".join(title.split()), tuple(tasks), clothes)
    elif walk.recording_id:
        st.info("A drill was made of this walk. Make it again after changes; the earlier one stays.")
    if walk.recording_id:
        draw_walk_drills(recording_id=walk.recording_id)


def _make(walk: Walk, title: str, tasks: tuple[str, ...], clothes: Clothes) -> None:
    if not title:
        draw_error("Enter a title (1 to 60 characters).")
        return
    if not tasks:
        draw_error("Choose at least one thing to ask.")
        return
    wish = DrillWish(title=title, tasks=tasks, clothes=clothes)
    make = partial(making.make_drill, get_app(), walk.walk_id, wish, by=get_viewer().name)
    run_and_redraw(make, said="The drill is ready. Your colleagues find it on the page Drills.")


def _draw_photo(walk: Walk) -> None:
    with st.expander(PHOTO, key=f"photo-{walk.walk_id}"):
        draw_quiet("Shown in the briefing in place of the description. Use one only if the walker agreed.")
        sent = st.file_uploader(
            PHOTO, type=["png", "jpg", "jpeg", "webp"], max_upload_size=5, key=f"photo-file-{walk.walk_id}"
        )
        if sent is not None and st.button("Use this photo", key="photo-send"):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "photo"
                path.write_bytes(sent.getvalue())
                run_and_redraw(lambda: making.set_photo(get_app(), walk.walk_id, path))
        if walk.has_photo:
            draw_quiet("A photo is stored.")
            if st.button("Remove the photo", key="photo-drop"):
                run_and_redraw(lambda: making.set_photo(get_app(), walk.walk_id, None))


def draw_align(walk_id: str) -> bool:
    """Draw how far it is and return True while it is under way; say why it failed or that it was stopped."""
    found = run_action(lambda: find_align(get_app(), walk_id))
    if found is None:
        return False
    if found.is_open:
        _draw_running(walk_id)
        return True
    if found.row.state is BuildState.FAILED:
        draw_error(found.row.error)
    elif found.row.state is BuildState.CANCELED:
        st.info("This was stopped before it was done. Start it again: what is done is kept.")
    return False


@fragment(run_every=1)
def _draw_running(walk_id: str) -> None:
    found = run_action(lambda: find_align(get_app(), walk_id))
    if found is None or not found.is_open:
        st.rerun()
        return
    st.progress(found.row.share, text=escape_markdown(found.row.step) or "Starting")
    st.caption(f"{write_progress(found)} You can leave this page. The work continues.".strip())


def draw_clips_step(walk: Walk) -> None:
    # the page is drawn again once a clip is there or has gone
    _mount_imports(key=f"clips-{walk.walk_id}", data={"walk_id": walk.walk_id}, on_refresh_change=_note_refresh)
    if walk.site_id is None and len(walk.cameras) > 1:
        _draw_neighbors(walk)


def draw_blur_step(walk: Walk) -> None:
    if walk.blur is BlurMode.NONE:
        st.info("Everyone who can be seen has signed, so nothing was blurred.")
    elif _is_ready(walk):
        draw_lead(
            "Watch every camera once, at 4 times the speed. Where a face or head can be seen, draw a box to "
            "blur more. Then confirm the camera."
        )
        if walk.recording_id:
            st.info(
                "A drill was made of this walk. If you blur more, that drill and the practice on it are deleted, "
                "because it shows what you blur. Make the drill again afterwards."
            )
        draw_annotator(walk.walk_id, kind="blur")
        draw_quiet(BLUR_NOTE)


def draw_walker_step(walk: Walk) -> None:
    if not _is_ready(walk):
        return
    draw_lead(
        "Mark the walker every 1.5 seconds on each camera. Accept the proposed box or move it; say where "
        "the walker is hidden, and where they leave the picture."
    )
    taken = st.session_state.get(_TAKEN, 0)
    draw_annotator(walk.walk_id, kind="walker", times=taken)
    gaps = run_action(lambda: annotating.list_gaps(get_app(), walk.walk_id))
    if gaps:
        st.warning("Look at these marks again")
        draw_list(gaps)
    _draw_tracks(walk)


def _is_ready(walk: Walk) -> bool:
    if draw_align(walk.walk_id):
        return False
    if clocks.is_aligned(get_app(), walk.walk_id):
        return True
    st.info("Put the clips on one clock first, under Clocks." if walk.clips else "Import the clips first, under Clips.")
    return False


def _draw_neighbors(walk: Walk) -> None:
    st.header("How far apart the cameras are", anchor=False)
    draw_quiet(
        "Enter the meters one walks from one picture into the next. The console then links these "
        "cameras, and walking speeds can be checked."
    )
    names = {camera.camera_id: camera.name for camera in walk.cameras}
    for number, each in enumerate(walk.neighbors):
        line, button = st.columns([5, 1], vertical_alignment="center")
        a, b = escape_markdown(names[each.a]), escape_markdown(names[each.b])
        line.write(f"{a} to {b}: {each.meters:g} meters")
        if button.button("Remove", key=f"drop-neighbor-{number}"):
            _set_neighbors(walk, tuple(other for other in walk.neighbors if other != each))
    with st.form(f"neighbor-{walk.walk_id}", border=False):
        first, second, third = st.columns(3, vertical_alignment="bottom")
        a = first.selectbox("From", list(names), format_func=lambda each: names[each], key="neighbor-a")
        b = second.selectbox("To", list(names), index=1, format_func=lambda each: names[each], key="neighbor-b")
        meters = third.number_input("Meters walked", min_value=0.0, max_value=500.0, value=10.0, step=1.0, key="meters")
        if st.form_submit_button("Add"):
            if a == b:
                draw_error("Choose two different cameras.")
            else:
                kept = tuple(each for each in walk.neighbors if {each.a, each.b} != {a, b})
                _set_neighbors(walk, (*kept, Neighbor(a=a, b=b, meters=meters)))


def _set_neighbors(walk: Walk, neighbors: tuple[Neighbor, ...]) -> None:
    run_and_redraw(lambda: folder.set_neighbors(get_app(), walk.walk_id, neighbors))


def _draw_tracks(walk: Walk) -> None:
    with st.expander("Take marks from a file", key=f"tracks-{walk.walk_id}"):
        draw_quiet("MOT text (.txt) or CVAT XML (.xml). The marks of that clip are replaced; Undo brings them back.")
        names = {clip.clip_id: clip.file_name for clip in walk.clips}
        clip_id = st.selectbox("Clip", list(names), format_func=lambda each: names[each], key="track-clip")
        sent = st.file_uploader("File", type=["txt", "csv", "xml"], max_upload_size=5, key="track-file")
        track = st.text_input("Number or label of the walker in the file", max_chars=60, key="track-id")
        if sent is not None and st.button("Take these marks", key="track-take"):
            kind = TrackFormat.CVAT if sent.name.lower().endswith(".xml") else TrackFormat.MOT
            text, base = sent.getvalue(), run_action(lambda: annotating.get_track(get_app(), walk.walk_id))
            taken = base and run_action(
                lambda: annotating.import_tracks(
                    get_app(),
                    walk.walk_id,
                    clip_id=clip_id,
                    text=text,
                    kind=kind,
                    track=track.strip() or None,
                    base=base.revision,
                )
            )
            if taken:
                st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1
                flash("The marks were taken.")
