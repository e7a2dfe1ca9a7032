"""Ground truth in the text format of MOTChallenge, for tools that know it."""

from pathlib import Path

import numpy as np

from sim.footage.open import Recording, load_truth


def export_mot(recording: Recording, folder: Path) -> tuple[Path, ...]:
    """Write one `CAM-01/gt/gt.txt` a camera, with a `seqinfo.ini`; return the text files.

    A line is `frame, id, left, top, width, height, 1, 1, visible` as in MOT16 (Milan et al. 2016, arXiv:1603.00831):
    frames from 1, id the number of the person (P014 is 14), class 1 a pedestrian.
    """
    truth = load_truth(recording)
    manifest = recording.manifest
    written = []
    for camera in manifest.cameras:
        rows = truth.rows[truth.rows["camera_id"] == camera.camera_id].sort_values(["frame", "person_id"])
        number = rows["person_id"].str.extract(r"(\d+)$", expand=False).astype(int)
        table = np.column_stack(
            [
                rows["frame"] + 1,
                number,
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
            f"[Sequence]\nname={camera.camera_id}\nframeRate={manifest.fps:g}\nseqLength={manifest.frame_count}\n"
            f"imWidth={camera.size_wh[0]}\nimHeight={camera.size_wh[1]}\n",
            encoding="utf-8",
        )
        written.append(target)
    return tuple(written)
