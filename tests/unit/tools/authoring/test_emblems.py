"""Emblems are mirror images about their middle, stay inside the ring of a crest, and differ."""

from itertools import combinations
from typing import get_args

import numpy as np
import pytest
from PIL import Image, ImageDraw

from sim.site.model import Emblem, Furnishing
from tools.authoring.pictures import draw_crest, draw_emblem

SIDE = 401
EMBLEMS = get_args(Emblem)


def draw_alone(emblem: Emblem) -> np.ndarray:
    """Return where an emblem of 160 pixels from middle to top is drawn: booleans [401, 401]."""
    image = Image.new("RGB", (SIDE, SIDE), (0, 0, 0))
    draw_emblem(ImageDraw.Draw(image), emblem, (200, 200), 160, colour=(255, 0, 0), ground=(0, 0, 0))
    return np.asarray(image)[..., 0] > 0


@pytest.mark.parametrize("emblem", EMBLEMS)
def test_an_emblem_is_even_and_of_the_size_asked_for(emblem: Emblem) -> None:
    drawn = draw_alone(emblem)
    assert np.mean(drawn != drawn[:, ::-1]) < 0.01
    rows, columns = np.nonzero(drawn)
    assert np.hypot(rows - 200, columns - 200).max() <= 160 * 1.12
    assert rows.min() == pytest.approx(40, abs=6)
    assert 0.15 < drawn.mean() / (np.pi * 160**2 / SIDE**2) < 0.8


def test_emblems_differ() -> None:
    for one, other in combinations(EMBLEMS, 2):
        first, second = draw_alone(one), draw_alone(other)
        assert (first & second).sum() / (first | second).sum() < 0.75, (one, other)


def test_a_crest_bears_the_emblem_that_its_furnishing_names() -> None:
    item = Furnishing(floor="1", kind="crest", at=(0, 0), size_m=(2, 2, 0.002), text="BIRCH", emblem="bear-paw")
    crest = draw_crest(item.text, colour=(0.05, 0.24, 0.12), emblem=item.emblem)
    leaf = draw_crest(item.text, colour=(0.05, 0.24, 0.12), emblem="maple-leaf")
    changed = np.nonzero((crest != leaf).any(axis=2))
    middle = crest.shape[0] / 2
    assert len(changed[0]) > 5000
    assert np.hypot(changed[0] - middle, changed[1] - middle).max() < 240
