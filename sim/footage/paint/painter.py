"""Everything that paints a camera, made inside the process that renders it; and a person's reference strip."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.crowd.people.people import Crowd, Person, Pose, Prop, VehicleTrack
from sim.crowd.scenario.faults import AnyFault, LowLight, MovedView
from sim.footage.paint.camera_effects import CameraEffects, choose_optics, undo_blur
from sim.footage.paint.fault_plan import find_camera_as_recorded, make_camera_faults
from sim.footage.paint.faults import FaultySource, LensEffect, make_lens_effects, make_moved_plate
from sim.footage.paint.light import (
    Irradiance,
    Lighting,
    choose_lighting,
    estimate_light,
    find_light_file,
    list_places,
    read_light,
    read_picture_light,
)
from sim.footage.paint.meshes import Drawable
from sim.footage.paint.overlay import CameraText
from sim.footage.paint.picture import ScenePainter
from sim.footage.paint.plate import FAR_M, Plate, load_plate, read_plate_files, read_sunlight_file
from sim.footage.paint.things import (
    OPEN_LOOK,
    DoorLeaf,
    Thing,
    Things,
    find_in_view,
    list_door_leaves,
    load_vehicle,
    make_leaf_mesh,
    make_prop_mesh,
)
from sim.footage.people.bodies import Body, load_body
from sim.footage.people.dressing import dress_person
from sim.footage.people.figure import Figure
from sim.footage.people.motion import Stance, Stances
from sim.footage.recording.recording import FrameSource, Sighting
from sim.site.camera import CameraView, make_turned_view, make_view
from sim.site.model import CameraSpec, Site


class Figures(Mapping[tuple[str, int], Drawable]):
    """People by id and number of outfit, dressed when asked for, and things by id; who asks keeps them."""

    def __init__(
        self,
        people: Sequence[Person],
        bodies_folder: Path,
        *,
        props: Sequence[Prop] = (),
        vehicles: Sequence[VehicleTrack] = (),
        doors: Sequence[DoorLeaf] = (),
    ) -> None:
        self._people = {p.person_id: p for p in people}
        self._props = {p.prop_id: p for p in props}
        self._vehicles = {v.vehicle_id: v for v in vehicles}
        self._doors = {door.leaf_id: door for door in doors}
        self._folder = bodies_folder
        self._bodies: dict[str, Body] = {}

    def __getitem__(self, key: tuple[str, int]) -> Drawable:
        person_id, look = key
        if person_id in self._props:
            garment = self._props[person_id].garment
            return Thing(make_prop_mesh(garment), garment)
        if person_id in self._vehicles:
            track = self._vehicles[person_id]
            return Thing(load_vehicle(track.kind, rgb=track.rgb, is_open=look == OPEN_LOOK))
        if person_id in self._doors:
            return Thing(make_leaf_mesh(self._doors[person_id]))
        return self.dress(person_id, look)

    def dress(self, person_id: str, look: int) -> Figure:
        person = self._people[person_id]
        if person.body_id not in self._bodies:
            self._bodies[person.body_id] = load_body(self._folder, person.body_id)
        dressed = dress_person(self._bodies[person.body_id], replace(person, outfit=person.outfits[look]))
        return Figure(dressed)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        yield from ((prop_id, 0) for prop_id in self._props)
        yield from ((p.person_id, look) for p in self._people.values() for look in range(len(p.outfits)))

    def __len__(self) -> int:
        return len(self._props) + sum(len(p.outfits) for p in self._people.values())


class CameraSource:
    """Paints one camera: people over the plate, faults of light and lens, lens and sensor, on-screen text."""

    def __init__(
        self,
        painter: ScenePainter,
        stances: Stances,
        effects: CameraEffects,
        text: CameraText,
        *,
        things: Things,
        lens: Sequence[LensEffect] = (),
    ) -> None:
        """Make the source of one view; `lens` are what faults do to its light."""
        self._painter = painter
        self._stances = stances
        self._effects = effects
        self._text = text
        self._things = things
        self._lens = lens

    def paint(self, frame: int) -> tuple[NDArray[np.uint8], Sequence[Sighting]]:
        stances = self._stances.get(frame, may_show=self._painter.may_show)
        picture, sightings = self._painter.paint(stances, self._things.get(frame))
        for effect in self._lens:
            picture = effect.apply(picture)
        self._effects.apply(picture, frame)
        self._text.write(picture, frame)
        return picture, sightings


class MaskSource:
    """Measures the people of one camera as `CameraSource` does; its pictures stay as the empty plate is."""

    def __init__(
        self, painter: ScenePainter, stances: Stances, *, things: Things, plate: Plate, with_pixels: bool
    ) -> None:
        self._painter = painter
        self._stances = stances
        self._things = things
        self._bgr = plate.bgr
        self._with_pixels = with_pixels

    def paint(self, frame: int) -> tuple[NDArray[np.uint8], Sequence[Sighting]]:
        stances = self._stances.get(frame, may_show=self._painter.may_show)
        return self._bgr, self._painter.measure(stances, self._things.get(frame), with_pixels=self._with_pixels)


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSources:
    """Makes the source of any camera of a site; small enough to be sent to another process."""

    site: Site
    crowd: Crowd
    plates_folder: Path  # plates and depths of the cameras
    bodies_folder: Path  # baked bodies
    size_wh: tuple[int, int]  # size of the pictures
    start_time: datetime  # site clock at frame 0
    seed: int  # decides the noise
    faults: tuple[AnyFault, ...] = ()  # what is wrong with cameras
    only_masks: bool = False  # people are measured and not painted
    with_pixels: bool = False  # and their pixels are told, see `sim.footage.recording.recording.Sighting`

    def __call__(self, camera_id: str) -> FrameSource:
        """Return the source of a camera. Raises RecordingError when a plate or body is missing."""
        cv2.setNumThreads(1)
        camera = self.site.get_camera(camera_id)
        faults = make_camera_faults(self.faults, camera, fps=self.crowd.fps, frame_count=self.crowd.frame_count)
        figures = self.make_figures()
        lighting = choose_lighting(self.site, camera)
        stances = self.make_stances()
        text = CameraText(
            camera_id=camera_id,
            name=faults.shown_name,
            size_wh=self.size_wh,
            start_time=self.start_time,
            fps=self.crowd.fps,
            clock_offset_s=faults.clock_offset_s,
        )

        def make_source(visible: Sequence[AnyFault]) -> FrameSource:
            view, plate = self._make_view(camera, visible)
            if camera.look is not None:
                plate = replace(plate, bgr=undo_blur(plate.bgr, blur_px=camera.look.blur_px))
            darkness = max((f.amount for f in visible if isinstance(f, LowLight)), default=0.0)
            optics = choose_optics(camera, darkness=darkness)
            painter = ScenePainter(
                view,
                plate,
                figures,
                lighting=lighting,
                irradiance=None if self.only_masks else self._find_light(camera, view, plate, lighting),
                shutter_share=min(1.0, optics.shutter_s * self.crowd.fps),
            )
            doors = find_in_view(list_door_leaves(self.site, self.crowd.doors), view, plate)
            things = Things(self.crowd.props, self.crowd.vehicles, doors)
            if self.only_masks:
                return MaskSource(painter, stances, things=things, plate=plate, with_pixels=self.with_pixels)
            chance, dirt = np.random.SeedSequence([self.seed, zlib.crc32(camera_id.encode())]).spawn(2)
            return CameraSource(
                painter,
                stances,
                CameraEffects(
                    optics, size_wh=self.size_wh, fps=self.crowd.fps, rng=np.random.default_rng(chance), scene=plate.bgr
                ),
                text,
                things=things,
                lens=make_lens_effects(visible, size_wh=self.size_wh, rng=np.random.default_rng(dirt)),
            )

        if not faults.faults and camera.fps is None:
            return make_source(())
        return FaultySource(faults, make_source=make_source, size_wh=self.size_wh)

    def make_figures(self) -> Mapping[tuple[str, int], Drawable]:
        """Return the people of the pictures; anyone who paints several cameras in one process may share them."""
        return Figures(
            self.crowd.people,
            self.bodies_folder,
            props=self.crowd.props,
            vehicles=self.crowd.vehicles,
            doors=list_door_leaves(self.site, self.crowd.doors),
        )

    def make_stances(self) -> Stances:
        return Stances(self.crowd)

    def _find_light(self, camera: CameraSpec, view: CameraView, plate: Plate, lighting: Lighting) -> Irradiance | None:
        """Return the light at places along the ways, baked or estimated; None by night and where nobody walks."""
        if lighting.is_infrared:
            return None
        if camera.light == "baked":
            return read_light(find_light_file(self.plates_folder, camera.camera_id))
        places_m = list_places(self.site, view)
        if not len(places_m):
            return None
        return estimate_light(read_picture_light(plate.bgr), plate.depth_m, view, places_m, lighting)

    def _make_view(self, camera: CameraSpec, visible: Sequence[AnyFault]) -> tuple[CameraView, Plate]:
        recorded = find_camera_as_recorded(camera, self.faults)
        turn = next((fault.turn for fault in visible if isinstance(fault, MovedView)), None)
        view = make_view(recorded, size_wh=self.size_wh)
        if recorded == camera and turn is None:
            return view, load_plate(self.plates_folder, camera.camera_id, size_wh=self.size_wh)
        bgr, depth_m = read_plate_files(self.plates_folder, camera.camera_id)
        baked_wh = (bgr.shape[1], bgr.shape[0])
        wanted = make_view(recorded, size_wh=baked_wh)
        if turn is not None:
            view = make_turned_view(recorded, turn, size_wh=self.size_wh)
            wanted = make_turned_view(recorded, turn, size_wh=baked_wh)
        plate = make_moved_plate(
            bgr,
            depth_m,
            plate_view=make_view(camera, size_wh=baked_wh),
            view=wanted,
            size_wh=self.size_wh,
            sunlight=read_sunlight_file(self.plates_folder, camera.camera_id, size_wh=baked_wh),
        )
        return view, plate


VIEW_WH = (240, 480)
_TURNS_DEG = (0.0, 180.0, -90.0)
_DISTANCE_M = 7.0
_EYE_M = 1.25
_TALLEST_M = 2.02
_STAND = tuple(float(pose is Pose.STAND) for pose in Pose)


def render_reference(figure: Figure) -> NDArray[np.uint8]:
    """Return the strip [480, 720, 3] uint8, blue-green-red: front, back and left side of a standing person.

    All strips have the same scale, so that tall and short people show as such.
    """
    person_id = figure.dressed.person_id
    plate, view = _make_studio()
    painter = ScenePainter(view, plate, {(person_id, 0): Figure(figure.dressed, stand="stand_a")})
    turned = [
        Stance(
            person_id=person_id,
            xyz_m=(0.0, 0.0, 0.0),
            heading_rad=float(np.deg2rad(turn)),
            gait_phase=0.0,
            shares=_STAND,
        )
        for turn in _TURNS_DEG
    ]
    return np.hstack([painter.paint([stance])[0] for stance in turned])


def make_strip_painter(dress: Callable[[str, int], Figure]) -> Callable[[str], NDArray[np.uint8]]:
    """Return a function from person_id to reference strip; `dress` makes a person in an outfit."""

    def paint_strip(person_id: str) -> NDArray[np.uint8]:
        return render_reference(dress(person_id, 0))

    return paint_strip


def _make_studio() -> tuple[Plate, CameraView]:
    width, height = VIEW_WH
    tan_y = _TALLEST_M / 2 / _DISTANCE_M * 1.02
    forward = np.array([-_DISTANCE_M, 0.0, 0.93 - _EYE_M])
    forward /= np.linalg.norm(forward)
    right = np.array([0.0, 1.0, 0.0])
    view = CameraView(
        rotation=np.stack([right, np.cross(right, forward), -forward]),
        position_m=np.array([_DISTANCE_M, 0.0, _EYE_M]),
        tan_half_wh=(tan_y * width / height, tan_y),
        size_wh=VIEW_WH,
    )
    floor_y = 0.86 * height
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    wall = 206 - 26 * ((x / width - 0.5) ** 2 * 2 + (y / height - 0.42) ** 2)
    floor = 188 - 20 * (y - floor_y) / (height - floor_y)
    blend = np.clip((y - floor_y) / 22 + 0.5, 0, 1)
    grey = (wall * (1 - blend) + floor * blend)[..., None]
    bgr = np.clip(grey * np.array([1.0, 0.995, 0.985]), 0, 255).astype(np.uint8)
    light = np.full((36, 64, 3), 1.12, dtype=np.float32)
    depth = np.full((height, width), FAR_M, dtype=np.float32)
    return Plate(bgr=np.ascontiguousarray(cv2.GaussianBlur(bgr, (0, 0), 2)), depth_m=depth, light=light), view
