"""Forms of a recording: chosen by program, kept in a YAML file, read back with every value checked."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path

import yaml

from sim.checked import check, read_yaml
from sim.drill.difficulty import DIFFICULTY_VERSION
from sim.drill.forms import FORM_SCHEMA, MAX_LIMIT_S, Form, FormSet, Origin
from sim.drill.known_forms import give_known, make_known_set
from sim.drill.parallel import (
    choose_parallel,
    choose_practice,
    compute_spread,
    find_candidates,
    list_sought,
    make_forms,
)
from sim.drill.practice_forms import make_practice_forms
from sim.drill.reference import Reference
from sim.drill.unsure_forms import make_unsure_forms
from sim.errors import SimError, TaskError
from sim.footage.recording.open import TRUTH_FILE, Recording, load_events, load_people
from sim.services.app.score import load_truth_index
from sim.tasks.common.base import check_place
from sim.truth.events import count_clock_faults
from sim.truth.index import check_cameras, keep_cameras

DEFAULT_COUNT = 6
DEFAULT_MARGIN = 3.0
DEFAULT_MIN_LEGS = 6
PRACTICE_MIN_LEGS = 4
DEFAULT_LIMIT_S = 480.0
DEFAULT_PRACTICE_LIMIT_S = 360.0


def choose_forms(
    recording: Recording,
    *,
    count: int = DEFAULT_COUNT,
    practice: int = 1,
    margin: float = DEFAULT_MARGIN,
    min_legs: int = DEFAULT_MIN_LEGS,
    limit_s: float = DEFAULT_LIMIT_S,
    practice_limit_s: float = DEFAULT_PRACTICE_LIMIT_S,
    others: int = 0,
    unsure: int = 0,
    reference: Reference = Reference.THREE_PHOTOS,
    known: bool = False,
    cameras: Sequence[str] | None = None,
) -> FormSet:
    """Choose parallel traces over the whole recording, easier ones for practice, and practice of other task types.

    Practice traces are the easiest people left over who have at least four legs. Of every other task type that the
    recording supports there are up to `others` forms, about people whom no trace seeks and who resemble nobody sought;
    of trace, locate and origin besides up to `unsure` whose student may be on no camera (`sim.drill.unsure_forms`).
    `reference` is what the other traces show. With `known` these practice forms start from a last sighting, but those
    whose student may be on no camera: it would tell. The parallel traces are then there twice, without and with one.
    `cameras` limits all forms to a part of the site.
    """
    if not 1 <= count <= 26:
        raise TaskError(f"{count} forms were asked for", expected="1 to 26")
    if not margin > 0:
        raise TaskError(f"the margin is {margin:g}", expected="more than 0")
    for limit in (limit_s, practice_limit_s):
        if not 0 < limit <= MAX_LIMIT_S:
            raise TaskError(f"a limit of {limit:g} s was asked for", expected=f"more than 0, at most {MAX_LIMIT_S:g}")
    index = keep_cameras(load_truth_index(recording), cameras)
    people = load_people(recording)
    manifest = recording.manifest
    window_s = (0.0, manifest.duration_s)
    clock_faults = count_clock_faults(load_events(recording))
    find = partial(find_candidates, index, people, window_s=window_s, clock_faults=clock_faults, reference=reference)
    candidates = find(min_legs=min_legs)
    chosen = choose_parallel(candidates, count=count, margin=margin)
    easier = find(min_legs=min(PRACTICE_MIN_LEGS, min_legs))
    traces = make_forms(
        chosen,
        choose_practice(easier, chosen, count=practice),
        recording_id=manifest.recording_id,
        limit_s=limit_s,
        practice_limit_s=practice_limit_s,
    )
    own = None if cameras is None else tuple(cameras)
    avoid = list_sought(traces, chosen)
    other = make_practice_forms(
        index, recording_id=manifest.recording_id, window_s=window_s, avoid=avoid, per_type=others
    )
    sought = frozenset(form.target for form in other if form.target)
    maybe = make_unsure_forms(
        index,
        people,
        before=(*traces, *other),
        avoid=avoid | sought,
        per_type=unsure,
        trace_limit_s=practice_limit_s,
        clock_faults=clock_faults,
    )
    easy, hard = ([form for form in traces if form.use == use] for use in ("practice", "parallel"))
    if known:
        easy, practice_others = (
            [give_known(form, index, people, clock_faults=clock_faults) for form in each] for each in (easy, other)
        )
        other = tuple(practice_others)
        hard += make_known_set(hard, index, people, clock_faults=clock_faults)
    return FormSet(
        schema_version=FORM_SCHEMA,
        recording_id=manifest.recording_id,
        truth_sha256=manifest.files[TRUTH_FILE],
        difficulty_version=DIFFICULTY_VERSION,
        margin=margin,
        spread=round(compute_spread(chosen), 6),
        forms=tuple(form.model_copy(update={"cameras": own}) for form in (*easy, *other, *maybe, *hard)),
    )


def make_version(form: Form) -> str:
    """Return the version of a form's content, 16 hexadecimal digits, as attempts keep it."""
    return sha256(form.model_dump_json().encode()).hexdigest()[:16]


def load_form_set(path: Path) -> FormSet:
    """Read a form file."""
    data = read_yaml(path, fault=TaskError)
    return check(FormSet, data, source=str(path), newest=FORM_SCHEMA, fault=TaskError, todo="choose the forms again")


def find_origin(path: Path, recording_id: str) -> Origin:
    """Return what a form file that is about to be replaced says of its recording.

    Public without one, of one that cannot be read, or of another recording's.
    """
    old = None
    if path.exists():
        with suppress(SimError):
            old = load_form_set(path)
    return old.origin if old is not None and old.recording_id == recording_id else Origin.PUBLIC


def check_form_set(forms: FormSet, recording: Recording) -> None:
    """Raise TaskError when the forms were chosen on another recording, or on another truth of this one."""
    manifest = recording.manifest
    if forms.recording_id != manifest.recording_id:
        raise TaskError(
            f"the forms belong to {forms.recording_id}", expected=manifest.recording_id, todo="use that recording"
        )
    if forms.truth_sha256 != manifest.files[TRUTH_FILE]:
        raise TaskError(
            f"the forms of {forms.recording_id} were chosen on another truth than this recording's",
            expected=f"truth with sha256 {forms.truth_sha256[:12]}...",
            todo="choose them again with `python -m sim forms choose`",
        )
    if (manifest.staged is not None) is not (forms.origin is Origin.STAGED):
        raise TaskError(
            f"the forms of {forms.recording_id} say that it is {forms.origin}",
            expected="staged" if manifest.staged is not None else "public or private",
            todo="real footage is for practice alone: make its drill again under Our clips",
        )
    for form in forms.forms:
        _check_start(form, recording)


def _check_start(form: Form, recording: Recording) -> None:
    """Hold a form's cameras and last sighting to the manifest; what truth says is asked when it is given."""
    manifest, known = recording.manifest, form.known
    cameras = [camera.camera_id for camera in manifest.cameras]
    own = cameras if form.cameras is None else list(form.cameras)
    try:
        check_cameras(own, cameras)
        if known is not None:
            check_place(
                known,
                camera_ids=own,
                zone_ids=[space.zone_id for space in recording.site.spaces],
                duration_s=manifest.duration_s,
                window_s=form.window_s,
            )
    except TaskError as error:
        raise TaskError(f"the form {form.form_id}: {error.what}", expected=error.expected, todo=error.todo) from error


def write_form_set(forms: FormSet, path: Path) -> None:
    """Write a form file; a failure leaves what was there before. Raises SimError when it cannot be written."""
    text = yaml.safe_dump(forms.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise SimError(
            f"{path} cannot be written: {error.strerror}", todo="free space or choose another path"
        ) from error


def write_form_table(forms: FormSet) -> str:
    """Return the forms as lines of text: what makes each hard, its index, and the margin they keep."""
    head = f"{'form':<34}{'legs':>5}{'faint':>6}{'gap s':>7}{'alike':>6}{'nearest':>8}{'people':>7}{'index':>7}"
    lines = [head]
    for form in forms.forms:
        d = form.difficulty
        if d is None:
            lines.append(f"{form.form_id:<34}  {form.type}, no measure of difficulty")
            continue
        lines.append(
            f"{form.form_id:<34}{d.legs:>5}{d.faint_legs:>6}{d.longest_blind_gap_s:>7.1f}{d.look_alikes:>6}"
            f"{d.nearest_outfit:>8.2f}{d.people_per_frame:>7.1f}{d.index:>7.2f}"
        )
    count = len(forms.parallel)
    lines.append(f"The {count} parallel forms differ by {forms.spread:.2f}; the margin is {forms.margin:.2f}.")
    return "\n".join(lines)
