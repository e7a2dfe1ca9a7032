"""Building a recording: cameras, then the wall and the tables, then the manifest, then one rename."""

from collections.abc import Callable
from pathlib import Path

from sim.footage.build.assemble import (
    BuildPlan,
    assemble_recording,
    compute_fingerprint,
    estimate_needs,
)
from sim.footage.build.camera_job import CameraJob, Reporter, is_finished, run_camera_jobs
from sim.footage.build.cluster import run_cluster_jobs
from sim.footage.build.workfolder import (
    check_free_space,
    check_target,
    disk_errors,
    move_into_place,
    prepare_work_folder,
    remove_tree,
    remove_unfinished,
)
from sim.footage.source import Picture, SourceFactory
from sim.footage.video.wall import choose_layout

THUMB_WH = (160, 90)
THUMB_EVERY_S = 2.0


def build_recording(
    plan: BuildPlan,
    *,
    target: Path,
    make_source: SourceFactory,
    strips: Callable[[str], Picture],
    processes: int,
    replace: bool,
    reporter: Reporter,
    scheduler: str | None = None,
) -> None:
    """Build a recording into `target`, the cameras in `processes` here or on the Dask cluster of a scheduler.

    `strips` returns a person's reference strip (front, back, left side), blue-green-red. Cameras finished by an
    earlier run of the same plan are kept. `target` appears only when everything is done.
    """
    check_target(target, replace=replace)
    check_free_space(target, estimate_needs(plan, processes=processes).work_bytes)
    with disk_errors(target):
        work = prepare_work_folder(target, fingerprint=compute_fingerprint(plan))
        jobs = _make_jobs(plan, work)
        finished = work / "recording.tmp"
        try:
            todo = [job for job in jobs if not is_finished(job)]
            if scheduler is None:
                run_camera_jobs(todo, make_source=make_source, processes=processes, reporter=reporter)
            else:
                run_cluster_jobs(todo, make_source=make_source, scheduler=scheduler, reporter=reporter)
            assemble_recording(finished, plan, jobs, strips=strips, reporter=reporter)
            check_target(target, replace=replace)
            move_into_place(finished, target)
        finally:
            remove_unfinished(work)
    remove_tree(work)


def _make_jobs(plan: BuildPlan, work: Path) -> list[CameraJob]:
    thumbs = choose_layout(
        frame_count=plan.crowd.frame_count, fps=plan.crowd.fps, tile_wh=THUMB_WH, every_s=THUMB_EVERY_S
    )
    return [
        CameraJob(
            camera_id=camera_id,
            size_wh=plan.size_wh,
            fps=plan.crowd.fps,
            frame_count=plan.crowd.frame_count,
            encoding=plan.encoding,
            thumbs=thumbs,
            folder=work,
        )
        for camera_id in plan.cameras
    ]
