"""Everything that paints a camera, made inside the process that renders it."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.crowd.people import Person
from sim.crowd.track import Crowd
from sim.footage.bodies import Body, load_body
from sim.footage.camera_effects import CameraEffects, Optics
from sim.footage.dressing import dress_person
from sim.footage.figure import Figure
from sim.footage.motion import Stances
from sim.footage.overlay import CameraText
from sim.footage.picture import ScenePainter
from sim.footage.plate import load_plate
from sim.footage.source import Sighting
from sim.site.camera import make_view
from sim.site.model import Site


class Figures(Mapping[str, Figure]):
    """People by id, dressed when first asked for."""

    def __init__(self, people: Sequence[Person], bodies_folder: Path) -> None:
        self._people = {p.person_id: p for p in people}
        self._folder = bodies_folder
        self._bodies: dict[str, Body] = {}
        self._made: dict[str, Figure] = {}

    def __getitem__(self, person_id: str) -> Figure:
        figure = self._made.get(person_id)
        if figure is None:
            person = self._people[person_id]
            if person.body_id not in self._bodies:
                self._bodies[person.body_id] = load_body(self._folder, person.body_id)
            figure = self._made[person_id] = Figure(dress_person(self._bodies[person.body_id], person))
        return figure

    def __iter__(self) -> Iterator[str]:
        return iter(self._people)

    def __len__(self) -> int:
        return len(self._people)


class CameraSource:
    """Paints one camera: people over the plate, lens and sensor, on-screen text."""

    def __init__(self, painter: ScenePainter, stances: Stances, effects: CameraEffects, text: CameraText) -> None:
        self._painter = painter
        self._stances = stances
        self._effects = effects
        self._text = text

    def paint(self, frame: int) -> tuple[NDArray[np.uint8], Sequence[Sighting]]:
        """Return the picture of a frame, [h, w, 3] uint8 blue-green-red, and everybody visible in it."""
        picture, sightings = self._painter.paint(self._stances.get(frame))
        picture = self._effects.apply(picture, frame)
        self._text.write(picture, frame)
        return picture, sightings


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSources:
    """Makes the source of any camera of a site; small enough to be sent to another process.

    Attributes:
        site: with the cameras.
        crowd: who is where.
        plates_folder: plates and depths of the cameras.
        bodies_folder: baked bodies.
        size_wh: size of the pictures.
        start_time: site clock at frame 0.
        seed: decides the noise.
    """

    site: Site
    crowd: Crowd
    plates_folder: Path
    bodies_folder: Path
    size_wh: tuple[int, int]
    start_time: datetime
    seed: int

    def __call__(self, camera_id: str) -> CameraSource:
        """Return the source of a camera. Raises RecordingError when a plate or body is missing."""
        cv2.setNumThreads(1)
        camera = self.site.get_camera(camera_id)
        plate = load_plate(self.plates_folder, camera_id, size_wh=self.size_wh)
        view = make_view(camera, size_wh=self.size_wh)
        rng = np.random.default_rng([self.seed, zlib.crc32(camera_id.encode())])
        return CameraSource(
            ScenePainter(view, plate, Figures(self.crowd.people, self.bodies_folder)),
            Stances(self.crowd),
            CameraEffects(Optics(), size_wh=self.size_wh, fps=self.crowd.fps, rng=rng),
            CameraText(
                camera_id=camera_id,
                name=camera.name,
                size_wh=self.size_wh,
                start_time=self.start_time,
                fps=self.crowd.fps,
            ),
        )
