"""Adding silhouettes to a recording that has none: its scenario is found, played again and measured. Needs OpenCV."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sim.crowd.scenario.scenario import load_scenario
from sim.errors import RecordingError, SimError
from sim.footage.build.build import add_silhouettes
from sim.footage.build.camera_job import Progress, Reporter
from sim.footage.paint.painter import CameraSources
from sim.footage.recording.open import Recording, open_recording
from sim.services.app.wiring import PROJECT
from sim.services.library.build.footage_build import make_painters, plan_scenario


def make_silhouettes(
    folder: Path,
    *,
    scenario: Path | None,
    processes: int,
    on_progress: Callable[[Progress], None],
    clock: Callable[[], float],
) -> None:
    """Add the silhouettes of a recording to its folder."""
    recording = open_recording(folder)
    add_silhouettes(
        recording,
        make_source=make_mask_painters(recording, scenario),
        processes=processes,
        reporter=Reporter(on_progress=on_progress, clock=clock),
    )


def make_mask_painters(recording: Recording, scenario: Path | None) -> CameraSources:
    """Return what measures each camera of a recording again. Raises as `make_silhouettes`."""
    manifest = recording.manifest
    path = scenario or _find_scenario(recording)
    found = load_scenario(path)
    facts = (found.scenario_id, found.seed, found.fps, found.main_size_wh, found.bodies)
    own = (manifest.scenario_id, manifest.seed, manifest.fps, manifest.cameras[0].size_wh, manifest.bodies)
    if facts != own:
        raise RecordingError(
            f"{path} is the scenario {facts[0]!r} with seed {facts[1]}, {facts[2]:g} frames/s, {facts[3]}, "
            f"body set {facts[4]!r}",
            expected=f"{own[0]!r} with seed {own[1]}, {own[2]:g} frames/s, {own[3]}, body set {own[4]!r}, "
            f"as {recording.folder} says",
            todo="name the file that the recording was built from with --scenario",
        )
    planned = plan_scenario(path, seconds=manifest.duration_s)
    return replace(make_painters(planned), only_masks=True)


def _find_scenario(recording: Recording) -> Path:
    folders = (recording.folder.absolute().parent.parent / "scenarios", PROJECT / "scenarios")
    for path in (path for folder in folders for path in sorted(folder.glob("*.yaml"))):
        try:
            scenario = load_scenario(path)
        except SimError:
            continue
        if (scenario.scenario_id, scenario.seed) == (recording.manifest.scenario_id, recording.manifest.seed):
            return path
    raise RecordingError(
        f"the scenario {recording.manifest.scenario_id!r} of {recording.folder} is not at hand",
        expected="the file it was built from, beside the recordings or among the scenarios of this program",
        todo="name it with --scenario FILE",
    )
