"""What drills are made of: footage, codecs, fonts, database."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sim.services.operations.doctor.finding import Finding, ok, warn, wrong

if TYPE_CHECKING:
    from sim.db.migrate import DatabaseState
    from sim.services.app.wiring import Settings

DATABASE = "database"
HASHED_BYTES = 1_000_000_000
_BUILD = "restore it, build it with `python -m sim footage build`, or download Sightline again"


def find_recordings(folders: Sequence[Path]) -> list[Path]:
    """Return the recording folders, the shipped one first."""
    return sorted((place.parent for folder in folders for place in folder.glob("*/recording.json")), key=_is_own)


def _is_own(folder: Path) -> bool:
    return "sample_footage" not in folder.parts


def check_footage(folders: Sequence[Path]) -> list[Finding]:
    """Compare every file of every recording with its manifest: sizes always, contents up to a gigabyte."""
    from sim.errors import SimError  # noqa: PLC0415 - packages may be missing, and all else is still to be said
    from sim.footage.checks.verify import verify_bytes  # noqa: PLC0415

    findings, hashed = [], 0
    recordings = find_recordings(folders)
    if not recordings:
        looked = ", ".join(str(folder) for folder in folders)
        return [wrong("footage", f"there is none in {looked}", todo=_BUILD)]
    for folder in recordings:
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        hashed += size
        try:
            problems = verify_bytes(folder, hashes=hashed <= HASHED_BYTES)
        except SimError as error:
            findings.append(wrong("footage", f"{folder.name}: {error.what}", todo=error.todo or _BUILD))
            continue
        if problems:
            more = f" and {len(problems) - 1} more" if len(problems) > 1 else ""
            findings.append(wrong("footage", f"{folder.name}: {problems[0]}{more}", todo=_BUILD))
        else:
            how = "as it was made" if hashed <= HASHED_BYTES else "complete; contents were not compared"
            findings.append(ok("footage", f"{folder.name}, {size / 1e6:.0f} MB, {how}"))
    return findings


def check_forms(settings: "Settings") -> list[Finding]:
    """Read every form file."""
    from sim.services.app.catalog import Catalog  # noqa: PLC0415
    from sim.text.words import write_count  # noqa: PLC0415

    name = "forms"
    catalog = Catalog(recording_folders=settings.recordings, form_folders=settings.forms)
    damaged = catalog.list_damaged()
    if damaged:
        return [
            wrong(
                name,
                f"the drills of {each.path} are left out: {each.why.what}",
                todo=each.why.todo or "restore the file, or move it away",
            )
            for each in damaged
        ]
    return [ok(name, write_count(len(catalog.list_forms()), "drill"))]


def check_schools(data: Path) -> list[Finding]:
    """Read the plan of every school on which drills can be made."""
    from sim.services.library.generate.generate import find_sites, list_damaged_sites  # noqa: PLC0415 - as above
    from sim.text.words import write_count  # noqa: PLC0415

    name = "schools"
    damaged = list_damaged_sites(data)
    if damaged:
        return [
            wrong(name, f"no drill can be made on one: {error.what}", todo=error.todo or "restore the file")
            for error in damaged.values()
        ]
    return [ok(name, write_count(len(find_sites(data)), "plan"))]


def check_codecs(clip: Path) -> list[Finding]:
    """Read a clip and write it again."""
    from sim.errors import MachineError  # noqa: PLC0415 - as above
    from sim.footage.video.encode import try_codecs  # noqa: PLC0415

    try:
        report = try_codecs(clip)
    except MachineError as error:
        return [wrong("codecs", error.what, todo=error.todo)]
    return [ok("codecs", f"{report.frames} frames read, written and read again ({report.likeness_db:.0f} dB)")]


def check_fonts() -> list[Finding]:
    """Return whether the fonts of reports and contact sheets are there and can be drawn."""
    from PIL import ImageFont, features  # noqa: PLC0415 - as above

    from sim.text.words import FONTS, load_printable  # noqa: PLC0415

    files = sorted(FONTS.glob("*.otf"))
    if not files:
        return [wrong("fonts", f"there are none in {FONTS}", todo="download Sightline again")]
    if not features.check("freetype2"):
        return [wrong("fonts", "Pillow was built without FreeType", todo="run `pip install --force-reinstall pillow`")]
    for file in files:
        try:
            ImageFont.truetype(str(file), 12).getlength("Agj")
        except OSError:
            return [wrong("fonts", f"{file.name} cannot be read", todo="download Sightline again")]
    return [ok("fonts", f"{len(files)} for reports, {len(load_printable())} letter forms")]


def check_database(url: str) -> tuple[list[Finding], datetime | None]:
    """Return what is to be said of the database, and the latest moment in it."""
    from sim.db.migrate import inspect_database, is_made  # noqa: PLC0415
    from sim.errors import SimError  # noqa: PLC0415 - as above

    try:
        if not is_made(url):
            return [ok(DATABASE, "none yet; it is made at the first start")], None
        state = inspect_database(url)
    except SimError as error:
        return [wrong(DATABASE, error.what, todo=error.todo)], None
    return [_judge_database(state)], state.newest


def _judge_database(state: "DatabaseState") -> Finding:
    text = f"{state.kind}, {state.size_bytes / 1e6:.1f} MB, version {state.version}"
    if state.faults:
        todo = "restore a backup (`python -m sim restore FILE`); keep the damaged file"
        return wrong(DATABASE, f"{text}: damaged: {state.faults[0]}", todo=todo)
    if state.version is None:
        return ok(DATABASE, f"{state.kind}, empty; its tables are made at the first start")
    if state.version > state.newest_version:
        return wrong(DATABASE, f"{text}; this program knows at most {state.newest_version}", todo="update Sightline")
    if state.version < state.newest_version:
        text += f"; it is brought to {state.newest_version} at the next start"
        return warn(DATABASE, text, todo="run `python -m sim backup FILE` first")
    return ok(DATABASE, text)


def check_ledger(url: str, data: Path) -> list[Finding]:
    """Verify the training record's ledger with its noted heads; say nothing of a database that is older or not read."""
    from sim.db.engine import make_engine  # noqa: PLC0415
    from sim.db.migrate import inspect_database, is_made  # noqa: PLC0415
    from sim.db.store import ChangeMark, Store  # noqa: PLC0415
    from sim.errors import SimError  # noqa: PLC0415 - as above
    from sim.services.ledger.verify import (  # noqa: PLC0415
        HEADS_NAME,
        read_heads,
        verify,
    )

    name = "ledger"
    try:
        state = inspect_database(url) if is_made(url) else None
    except SimError:
        return []
    if state is None or state.faults or state.version != state.newest_version:
        return []
    try:
        engine = make_engine(url)
        store = Store(engine=engine, changes=ChangeMark(engine))
        try:
            verdict = verify(store, noted=read_heads(data / HEADS_NAME))
        finally:
            store.close()
    except SimError as error:
        return [wrong(name, error.what, todo=error.todo or "run `python -m sim records verify`")]
    if verdict.broken is not None:
        text = f"entry {verdict.broken.number} is broken: {verdict.broken.what}"
        return [wrong(name, text, todo="find out who changed the database; restore a backup beside it to compare")]
    return [ok(name, f"{verdict.entries} entries hold together")]
