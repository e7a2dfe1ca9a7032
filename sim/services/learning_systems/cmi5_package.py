"""A course package (cmi5, Quartz 1st edition) for learning systems that have nothing else: a ZIP with `cmi5.xml`.

The drills stay here; the package holds their addresses, each signed for the learning system that it was made for.
"""

import io
import zipfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sim.errors import MachineError, TaskError
from sim.services.app.asking import get_host, is_safe_url
from sim.services.app.signed_link import Purpose
from sim.services.app.wiring import App
from sim.services.learning_systems.practice import list_practice

NAMESPACE: Final = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
LAUNCH_PATH: Final = "/cmi5/launch"
NAME: Final = "cmi5.xml"
LANGUAGE: Final = "en-US"
TITLE: Final = "Sightline: camera-search drills"
ABOUT: Final = "Practice in finding a person in the recordings of a school's cameras."
CODE: Final = Purpose(
    salt="sightline-cmi5-1", what="this course package", todo="have an administrator make a new package"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One drill of a package: what its address carries, besides what the learning system adds."""

    form_id: str
    hosts: tuple[str, ...]


def make_package(app: App, *, learning_systems: Sequence[str], form_ids: Collection[str] = ()) -> bytes:
    """Return a package of practice drills, all or some, for a learning system."""
    base = app.settings.address
    if not base:
        raise MachineError(
            "the address of this installation is not known", todo="set SIGHTLINE_ADDRESS=https://sightline.example"
        )
    wrong = next((each for each in learning_systems if not is_safe_url(each)), None)
    if wrong is not None or not learning_systems:
        raise MachineError(f"the learning system {wrong or ''!r} cannot be used", expected="its https address")
    hosts = sorted({get_host(each) for each in learning_systems})
    drills = {each.form_id: each for each in list_practice(app)}
    missing = next((each for each in form_ids if each not in drills), None)
    if missing is not None or not drills:
        raise TaskError(
            f"there is no practice drill {missing or ''!r}", todo="see the ids with: python -m sim cmi5 --list"
        )
    root = Element("courseStructure", xmlns=NAMESPACE)
    course = SubElement(root, "course", id=f"{base}/cmi5/course")
    _write_texts(course, TITLE, ABOUT)
    for form_id, drill in drills.items():
        if form_ids and form_id not in form_ids:
            continue
        unit = SubElement(root, "au", id=f"{base}/cmi5/drills/{form_id}", moveOn="Passed", launchMethod="OwnWindow")
        _write_texts(unit, drill.title, drill.kind)
        code = CODE.sign(app.access.secret, [form_id, hosts])
        SubElement(unit, "url").text = f"{base}{LAUNCH_PATH}?{urlencode({'code': code})}"
    indent(root)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, tostring(root, encoding="utf-8", xml_declaration=True))
    return packed.getvalue()


def read_code(app: App, code: str) -> Unit:
    """Return what a package's address opens, and for which hosts. Raises AccessError: it is forged."""

    def parse(form_id: str, hosts: list[str]) -> Unit:
        return Unit(form_id=str(form_id), hosts=tuple(map(str, hosts)))

    return CODE.read(app.access.secret, code, parse)


def _write_texts(parent: Element, title: str, about: str) -> None:
    for name, text in (("title", title), ("description", about)):
        SubElement(SubElement(parent, name), "langstring", lang=LANGUAGE).text = text
