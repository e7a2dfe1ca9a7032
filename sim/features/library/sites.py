"""The schools that footage can be made of: those that come with the program, and those in the data folder."""

from pathlib import Path
from typing import Final

from sim.app.own_folders import OWN_SITES, is_own
from sim.app.settings import PROJECT
from sim.app.wiring import App
from sim.errors import SimError, SiteError, StoreError
from sim.rules.school_rights import is_closed
from sim.site.model import PLATES_FOLDER, SITE_FILE, load_site

SITES: Final = PROJECT / "scenarios" / "sites"
SCENARIOS: Final = "scenarios"
"""The folder of the data folder with what was put into recordings made here."""


def find_site(name: str) -> Path:
    for folder in (Path(name), SITES / name):
        if (folder / SITE_FILE).is_file():
            return folder.resolve()
    raise SiteError(
        f"the site {name!r} does not exist",
        expected=f"a folder with site.yaml, or one of {', '.join(_find_site_folders(SITES))}",
    )


def find_sites(data: Path) -> dict[str, Path]:
    return _find_site_folders(SITES, data / OWN_SITES)


def _find_site_folders(*folders: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/site.yaml")):
            found.setdefault(path.parent.name, path.parent.resolve())
    return found


def get_site(data: Path, name: str) -> Path:
    sites = find_sites(data)
    if name not in sites:
        raise StoreError(f"the site {name!r} does not exist", expected=f"one of {', '.join(sites)}")
    return sites[name]


def find_missing_plates(site_folder: Path) -> tuple[str, ...]:
    """Return the cameras of a site whose picture or depth is not there, so that nothing can be painted."""
    plates = site_folder / PLATES_FOLDER

    def is_there(camera_id: str) -> bool:
        picture = any((plates / f"{camera_id}{ending}").is_file() for ending in (".webp", ".png"))
        return picture and (plates / f"{camera_id}-depth.png").is_file()

    return tuple(c.camera_id for c in load_site(site_folder).cameras if not is_there(c.camera_id))


def list_damaged_sites(data: Path) -> dict[str, SimError]:
    damaged: dict[str, SimError] = {}
    for name, folder in find_sites(data).items():
        try:
            load_site(folder)
        except SimError as error:
            damaged[name] = error
    return damaged


def list_open_sites(app: App) -> dict[str, Path]:
    damaged = list_damaged_sites(app.settings.data)
    return {
        name: folder
        for name, folder in find_sites(app.settings.data).items()
        if name not in damaged and (folder.parent == SITES or (is_own(app, name) and not is_closed(app, name)))
    }
