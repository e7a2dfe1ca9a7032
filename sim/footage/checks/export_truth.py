"""Ground truth for tools that know it: as COCO JSON for detectors, as MOTChallenge folders for trackers.

COCO: Lin et al. 2014, doi:10.1007/978-3-319-10602-1_48.
"""

import contextlib
import json
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import RecordingError
from sim.footage.recording.open import Recording, load_people, load_truth

CATEGORY_ID = 1


def export_coco(recording: Recording, camera_id: str, path: Path) -> Path:
    """Write one camera's truth to a JSON file, under a temporary name first; return its path."""
    text = json.dumps(make_coco(recording, camera_id), separators=(",", ":"), allow_nan=False)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise RecordingError(f"{path} cannot be written: {error.strerror}", todo="choose another path") from error
    return path


def make_coco(recording: Recording, camera_id: str) -> dict[str, Any]:
    """Return the COCO dictionary of one camera.

    Every frame is an image, people in it or not; image n is frame n - 1 and is called `CAM-03/000001.jpg` as `info`
    says how to extract it. Boxes are `[left, top, width, height]` in pixels of the visible part of a person. Beside
    what COCO asks for, an image has `frame` and `t_s`, an annotation `person_id`, `track_id` (the number in person_id),
    `visible` (share of the person that is seen) and `descriptor`.
    """
    manifest = recording.manifest
    camera = recording.get_camera(camera_id)
    truth = load_truth(recording).rows
    rows = truth[truth["camera_id"] == camera_id].sort_values(["frame", "person_id"])
    people = load_people(recording)
    descriptors = dict(zip(people["person_id"], people["descriptor"], strict=True))
    width, height = camera.size_wh
    images = [
        {
            "id": frame + 1,
            "file_name": f"{camera_id}/{frame + 1:06d}.jpg",
            "width": width,
            "height": height,
            "date_captured": (manifest.start_time + timedelta(seconds=frame / manifest.fps)).isoformat(sep=" "),
            "frame": frame,
            "t_s": round(frame / manifest.fps, 6),
        }
        for frame in range(manifest.frame_count)
    ]
    return {
        "info": {
            "description": f"{recording.site.name}, {manifest.title}, {camera_id} {camera.name}. {manifest.notice}",
            "version": manifest.generator_version,
            "year": manifest.start_time.year,
            "date_created": manifest.start_time.date().isoformat(),
            "url": "",
            "contributor": "",
            "extract": f"mkdir {camera_id} && ffmpeg -i {camera.main} -fps_mode passthrough {camera_id}/%06d.jpg",
        },
        "licenses": [],
        "categories": [{"id": CATEGORY_ID, "name": "person", "supercategory": "person"}],
        "images": images,
        "annotations": _make_annotations(rows, descriptors),
    }


def _make_annotations(rows: pd.DataFrame, descriptors: dict[str, str]) -> list[dict[str, Any]]:
    annotations = []
    for number, row in enumerate(rows.itertuples(index=False), start=1):
        left, top, right, bottom = (round(float(edge), 2) for edge in (row.x1, row.y1, row.x2, row.y2))  # type: ignore[arg-type]
        wide, high = round(right - left, 2), round(bottom - top, 2)
        person_id = str(row.person_id)
        annotations.append(
            {
                "id": number,
                "image_id": int(row.frame) + 1,  # type: ignore[arg-type]
                "category_id": CATEGORY_ID,
                "bbox": [left, top, wide, high],
                "area": round(wide * high, 2),
                "segmentation": [],
                "iscrowd": 0,
                "person_id": person_id,
                "track_id": read_track_number(person_id),
                "visible": round(float(row.visible), 4),  # type: ignore[arg-type]
                "descriptor": descriptors.get(person_id, ""),
            }
        )
    return annotations


def read_track_number(person_id: str) -> int:
    """Return the number at the end of a person_id: 14 of P014. Raises RecordingError when there is none."""
    found = re.search(r"\d+$", person_id)
    if found is None:
        raise RecordingError(f"person {person_id!r} has no number", expected="an id such as P014")
    return int(found.group())


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
