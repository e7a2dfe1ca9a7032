"""Planes of a picture: made smaller, each pixel is the mean of those it covers."""

import numpy as np
import pytest

from sim.footage.video.encode import shrink_planes, split_planes


@pytest.mark.parametrize("times", [1, 2, 3, 4, 6])
def test_a_smaller_picture_is_made_of_means(times: int) -> None:
    small_wh, size_wh = (32, 16), (32 * times, 16 * times)
    planes = np.random.default_rng(3).integers(0, 256, (size_wh[1] * 3 // 2, size_wh[0])).astype(np.uint8)
    small = split_planes(shrink_planes(planes, size_wh, small_wh), small_wh)
    for plane, got in zip(split_planes(planes, size_wh), small, strict=True):
        high, wide = got.shape
        wanted = plane.reshape(high, times, wide, times).mean(axis=(1, 3))
        assert np.abs(wanted - got).max() <= 1
