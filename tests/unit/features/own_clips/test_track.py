"""The log of keyframes: what was read once is what reading it again gives, whoever wrote to it meanwhile."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.clips.model import Box, Keyframe, Sight, Track
from sim.errors import StoreError
from sim.features.own_clips import folder as stored
from sim.features.own_clips.folder import TRACK_FILE, change_track, read_track

BOX = Box(x1=0.1, y1=0.2, x2=0.3, y2=0.8)
STEPS = st.lists(
    st.one_of(
        st.just("undo"),
        st.tuples(st.integers(0, 12), st.sampled_from([*Sight])),
        st.integers(0, 12),
    ),
    max_size=25,
)


def make_key(tenth: int, sight: Sight) -> Keyframe:
    box = BOX if sight is Sight.SEEN else None
    return Keyframe(clip_id="clip-01", clip_s=(tenth + 0.5) / 10, sight=sight, box=box)


def list_tenths(found: Track) -> list[tuple[int, Sight]]:
    return [(int(key.clip_s * 10), key.sight) for key in found.keyframes]


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_steps_and_undo_give_what_a_list_of_whole_states_gives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[object]
) -> None:
    folder = tmp_path_factory.mktemp("walk")
    states: list[dict[int, Sight]] = [{}]
    for base, step in enumerate(steps):
        if step == "undo" and len(states) == 1:
            with pytest.raises(StoreError, match="no step to undo"):
                change_track(folder, base=base, is_undo=True)
            return
        if step == "undo":
            states.pop()
            found = change_track(folder, base=base, is_undo=True)
        elif isinstance(step, tuple):
            states.append(states[-1] | {step[0]: step[1]})
            found = change_track(folder, base=base, put=(make_key(*step),))
        else:
            assert isinstance(step, int)
            states.append({tenth: sight for tenth, sight in states[-1].items() if tenth != step})
            found = change_track(folder, base=base, drop=[("clip-01", (step + 0.5) / 10)])
        assert list_tenths(found) == sorted(states[-1].items())
        assert found.revision == base + 1
    kept = read_track(folder)
    stored._kept.clear()
    assert read_track(folder) == kept


def test_what_another_process_wrote_is_read(tmp_path: Path) -> None:
    change_track(tmp_path, base=0, put=(make_key(1, Sight.SEEN),))
    step = {"set": [make_key(4, Sight.OUT).model_dump(mode="json", exclude_none=True)], "drop": []}
    with (tmp_path / TRACK_FILE).open("a", encoding="utf-8") as log:
        log.write(json.dumps(step) + "\n")
    found = read_track(tmp_path)
    assert (found.revision, list_tenths(found)) == (2, [(1, Sight.SEEN), (4, Sight.OUT)])
    with pytest.raises(StoreError, match="another window"):
        change_track(tmp_path, base=1, is_undo=True)


def test_a_step_that_cannot_be_stored_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    change_track(tmp_path, base=0, put=(make_key(1, Sight.SEEN),))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(stored, "append_line", fail)
        with pytest.raises(StoreError, match="No space left"):
            change_track(tmp_path, base=1, put=(make_key(2, Sight.SEEN),))
    found = read_track(tmp_path)
    assert (found.revision, list_tenths(found)) == (1, [(1, Sight.SEEN)])


def test_a_log_with_a_line_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / TRACK_FILE).write_text('{"set": [{"clip_id": 3}], "drop": []}\n', encoding="utf-8")
    with pytest.raises(StoreError, match="damaged"):
        read_track(tmp_path)
