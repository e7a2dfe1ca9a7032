"""Ground truth in the folders and text format of MOTChallenge, for tools that know it, such as TrackEval."""

from pathlib import Path

import numpy as np

from sim.footage.checks.export_coco import read_track_number
from sim.footage.recording.open import Recording, load_truth

SPLIT = "train"


def export_mot(recording: Recording, folder: Path) -> tuple[Path, ...]:
    """Write `CAM-01/gt/gt.txt` and `CAM-01/seqinfo.ini` of every camera, and a seqmap; return the text files.

    A line is `frame, id, left, top, width, height, 1, 1, visible` as in MOT16 (Milan et al. 2016, arXiv:1603.00831):
    frames from 1, id the number of the person (P014 is 14), class 1 a pedestrian. `seqmaps/<recording_id>-train.txt`
    lists the cameras, so that TrackEval finds them as benchmark <recording_id>, split train, without a split folder.
    """
    truth = load_truth(recording)
    manifest = recording.manifest
    written = []
    for camera in manifest.cameras:
        rows = truth.rows[truth.rows["camera_id"] == camera.camera_id].sort_values(["frame", "person_id"])
        table = np.column_stack(
            [
                rows["frame"] + 1,
                [read_track_number(str(person_id)) for person_id in rows["person_id"]],
                rows["x1"],
                rows["y1"],
                rows["x2"] - rows["x1"],
                rows["y2"] - rows["y1"],
                np.ones(len(rows)),
                np.ones(len(rows)),
                rows["visible"],
            ]
        ).astype(np.float64)
        target = folder / camera.camera_id / "gt" / "gt.txt"
        target.parent.mkdir(parents=True, exist_ok=True)
        np.savetxt(target, table, fmt=["%d", "%d", "%.2f", "%.2f", "%.2f", "%.2f", "%d", "%d", "%.4f"], delimiter=",")
        (folder / camera.camera_id / "seqinfo.ini").write_text(
            f"[Sequence]\nname={camera.camera_id}\nimDir=img1\nframeRate={manifest.fps:g}\n"
            f"seqLength={manifest.frame_count}\nimWidth={camera.size_wh[0]}\nimHeight={camera.size_wh[1]}\nimExt=.jpg\n",
            encoding="utf-8",
        )
        written.append(target)
    seqmap = folder / "seqmaps" / f"{manifest.recording_id}-{SPLIT}.txt"
    seqmap.parent.mkdir(exist_ok=True)
    seqmap.write_text("\n".join(["name", *(c.camera_id for c in manifest.cameras)]) + "\n", encoding="utf-8")
    return tuple(written)
