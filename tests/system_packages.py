"""Installs the system packages the tests need by apt where that is allowed; elsewhere says what to install."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = {"chromium": ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")}
LIGHTER = "chromium-headless-shell"
"""The same browser without windows, at half the processor time; tests use the other where a system does not have it."""
SERVERS = {
    "postgresql": ("usr/lib/postgresql/*/bin/initdb",),
    "nginx": ("usr/sbin/nginx", "usr/bin/nginx"),
    "caddy": ("usr/bin/caddy", "usr/local/bin/caddy"),
}
ENGINES = {
    "firefox-esr": ("usr/bin/firefox-esr", "usr/bin/firefox"),
    "webkitgtk-webdriver": ("usr/bin/WebKitWebDriver",),
    "xvfb": ("usr/bin/Xvfb",),
    "gstreamer1.0-libav": ("usr/lib/*/gstreamer-1.0/libgstlibav.so",),
    "gstreamer1.0-plugins-base": ("usr/lib/*/gstreamer-1.0/libgstplayback.so",),
    "gstreamer1.0-plugins-good": ("usr/lib/*/gstreamer-1.0/libgstisomp4.so",),
    "gstreamer1.0-plugins-bad": ("usr/lib/*/gstreamer-1.0/libgstvideoparsersbad.so",),
    "gstreamer1.0-gl": ("usr/lib/*/gstreamer-1.0/libgstopengl.so",),
}
"""Firefox and WebKit, and what WebKit plays H.264 with; Firefox takes the libraries of the first of the latter."""
LIBRARIES = {"libgl1": "libGL.so.1", "libglib2.0-0": "libglib-2.0.so.0"}


def main() -> int:
    missing = [package for package, names in NEEDED.items() if not any(shutil.which(name) for name in names)]
    lighter = [] if shutil.which(LIGHTER) else [LIGHTER]
    if sys.platform == "linux":
        missing += list_missing(Path("/"))
        known = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
        missing += [package for package, library in LIBRARIES.items() if library not in known]
    if sys.platform == "linux" and shutil.which("apt-get") and (missing or (lighter and os.geteuid() == 0)):
        has_all = bool(_install([*missing, *lighter]) or _install(missing))
        missing = [] if has_all else missing
    if not missing:
        return 0
    print(f"error: the tests need {', '.join(missing)}. What to do: install them, then run again.", file=sys.stderr)
    return 1


def list_missing(root: Path) -> list[str]:
    wanted = SERVERS | ENGINES
    return [name for name, places in wanted.items() if not any(any(root.glob(place)) for place in places)]


def _install(packages: list[str]) -> bool:
    if not packages:
        return True
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("Installing", ", ".join(packages), "...", flush=True)
    update = [*prefix, "apt-get", "update", "-qq"]
    install = [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    try:
        for command in (update, install):
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"apt-get failed: {error}", file=sys.stderr)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
