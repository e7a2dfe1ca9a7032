"""What a worker does: render one camera into a folder of its own and return what came out as bytes."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from distributed import get_worker

from sim.footage.build.camera_jobs.camera_job import CameraJob, render_camera
from sim.footage.build.camera_jobs.jobs import REPORT_FRAMES
from sim.footage.build.cluster.installation import check_same, describe_installation
from sim.footage.build.cluster.remote_job import RemoteJob


def render_elsewhere(job: CameraJob, packed: RemoteJob, expected: Mapping[str, str], topic: str) -> dict[str, bytes]:
    """Return the files of a rendered camera by name; frames done are told under `topic`."""
    worker = get_worker()
    check_same(expected, describe_installation(), where=worker.address)

    def on_frame(frame: int) -> None:
        if (frame + 1) % REPORT_FRAMES == 0 or frame + 1 == job.frame_count:
            worker.log_event(topic, {"camera": job.camera_id, "done": frame + 1})

    with tempfile.TemporaryDirectory(prefix="sightline-", dir=worker.local_directory) as name:
        folder = Path(name)
        here = replace(job, folder=folder)
        make_source = packed.unpack(folder / "inputs")
        render_camera(here, make_source(job.camera_id), on_frame=on_frame)
        return {path.name: path.read_bytes() for path in sorted((folder / job.camera_id).iterdir())}
