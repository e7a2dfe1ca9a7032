"""hls.js from the npm registry, kept in the user's cache folder; the product does not contain it."""

import shutil
import subprocess
import tarfile
from pathlib import Path

from platformdirs import user_cache_path

VERSION = "1.7.4"
FETCH_WITHIN_S = 60.0


def find_hls_js() -> Path | None:
    """Return the script, fetching it on first use with npm; None when it cannot be had."""
    folder = user_cache_path("sightline", appauthor=False) / "bench"
    script = folder / f"hls-{VERSION}.min.js"
    if script.exists():
        return script
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    command = [npm, "pack", f"hls.js@{VERSION}", "--pack-destination", str(folder), "--silent"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=FETCH_WITHIN_S, cwd=folder)
    except (subprocess.SubprocessError, OSError):
        return None
    package = folder / f"hls.js-{VERSION}.tgz"
    with tarfile.open(package) as packed:
        member = packed.extractfile("package/dist/hls.min.js")
        if member is None:
            return None
        script.write_bytes(member.read())
    package.unlink()
    return script
