"""Planes of a picture: made smaller, each pixel is the mean of those it covers."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from sim.footage.video.encode import ClipWriter, compute_planes, compute_quality_offset, shrink_planes, split_planes
from sim.footage.video.still import decode_frames


@pytest.mark.parametrize("times", [1, 2, 3, 4, 6])
def test_a_smaller_picture_is_made_of_means(times: int) -> None:
    small_wh, size_wh = (32, 16), (32 * times, 16 * times)
    planes = np.random.default_rng(3).integers(0, 256, (size_wh[1] * 3 // 2, size_wh[0])).astype(np.uint8)
    small = split_planes(shrink_planes(planes, size_wh, small_wh), small_wh)
    for plane, got in zip(split_planes(planes, size_wh), small, strict=True):
        high, wide = got.shape
        wanted = plane.reshape(high, times, wide, times).mean(axis=(1, 3))
        assert np.abs(wanted - got).max() <= 1


def test_people_are_kept_finer_than_floors_and_small_ones_finest(tmp_path: Path) -> None:
    """Blots all over: what is lost of them in a small box, in a large one that overlaps it, and elsewhere."""
    size_wh = (320, 192)
    noise = np.random.default_rng(5).normal(size=(size_wh[1], size_wh[0])).astype(np.float32)
    blots = cv2.GaussianBlur(noise, (0, 0), 2.5)
    bgr = np.repeat(np.clip(128 + 25 * blots / blots.std(), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    small, large = (24.0, 32.0, 48.0, 72.0), (16.0, 16.0, 112.0, 160.0)
    path = tmp_path / "clip.mp4"
    with ClipWriter(path, size_wh=size_wh, fps=10.0, crf=39.5, preset="slow") as writer:
        for _ in range(3):
            writer.write_planes(compute_planes(bgr), people=[large, small])
    shown = decode_frames(path, frames=range(2, 3), fps=10.0)[2][..., ::-1]
    off = np.abs(shown.astype(int) - bgr.astype(int)).mean(axis=2)
    lost = [off[32:72, 24:48].mean(), off[96:144, 32:96].mean(), off[:, 160:].mean()]
    assert lost[2] > 1.5 * lost[1]
    assert lost[1] > 1.1 * lost[0]


def test_the_taller_the_coarser_within_limits() -> None:
    offsets = [compute_quality_offset(height) for height in (1, 40, 60, 100, 500)]
    assert offsets == sorted(offsets)
    assert offsets[0] == offsets[1] == -0.23
    assert offsets[-1] == offsets[-2] == -0.17
