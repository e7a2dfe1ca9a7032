"""The sites that new drills can be made on."""

from pathlib import Path

from sim.errors import SiteError
from sim.services.app.wiring import PROJECT
from sim.site.model import PLATES_FOLDER, SITE_FILE, load_site

SITES = PROJECT / "scenarios" / "sites"


def find_site(name: str) -> Path:
    """Return the folder of a site, given as a folder or as the name of one that comes with the program."""
    for folder in (Path(name), SITES / name):
        if (folder / SITE_FILE).is_file():
            return folder.resolve()
    raise SiteError(
        f"the site {name!r} does not exist", expected=f"a folder with site.yaml, or one of {', '.join(list_sites())}"
    )


def list_sites() -> tuple[str, ...]:
    """Return the names of the sites that come with the program."""
    return tuple(find_site_folders(SITES))


def find_site_folders(*folders: Path) -> dict[str, Path]:
    """Return the sites in folders of sites by name; the first of a name wins."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*/site.yaml")):
            found.setdefault(path.parent.name, path.parent.resolve())
    return found


def find_missing_plates(site_folder: Path) -> tuple[str, ...]:
    """Return the cameras of a site whose picture or depth is not there, so that nothing can be painted."""
    plates = site_folder / PLATES_FOLDER

    def is_there(camera_id: str) -> bool:
        picture = any((plates / f"{camera_id}{ending}").is_file() for ending in (".webp", ".png"))
        return picture and (plates / f"{camera_id}-depth.png").is_file()

    return tuple(c.camera_id for c in load_site(site_folder).cameras if not is_there(c.camera_id))
