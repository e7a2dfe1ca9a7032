"""What a worker needs beside its installation: the plates of one camera and the bodies, sent along as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sim.errors import MachineError
from sim.footage.paint.painter import CameraSources
from sim.footage.source import SourceFactory

PLATES = "plates"
BODIES = "bodies"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteJob:
    """How to make one camera's source on another machine: no folder has to be shared."""

    make_source: SourceFactory  # the factory; its folders are those of this machine
    files: Mapping[str, bytes]  # what the factory reads, by `plates/NAME` and `bodies/NAME`

    def unpack(self, folder: Path) -> SourceFactory:
        """Write the files into a new folder and return the factory that reads them there."""
        if not isinstance(self.make_source, CameraSources):
            return self.make_source
        for name in (PLATES, BODIES):
            (folder / name).mkdir(parents=True)
        for name, body in self.files.items():
            (folder / name).write_bytes(body)
        return replace(self.make_source, plates_folder=folder / PLATES, bodies_folder=folder / BODIES)


def pack(make_source: SourceFactory, camera_id: str) -> RemoteJob:
    """Return what rendering a camera elsewhere takes. Raises MachineError: a file cannot be read."""
    files: dict[str, bytes] = {}
    if isinstance(make_source, CameraSources):
        plates = [
            path
            for path in sorted(make_source.plates_folder.iterdir())
            if path.stem == camera_id or path.name.startswith(f"{camera_id}-")
        ]
        try:
            files = {f"{PLATES}/{path.name}": path.read_bytes() for path in plates}
            files |= {
                f"{BODIES}/{path.name}": path.read_bytes() for path in sorted(make_source.bodies_folder.iterdir())
            }
        except OSError as error:
            raise MachineError(
                f"{error.filename} cannot be read: {error.strerror}", expected="plates and bodies", todo="restore it"
            ) from error
    return RemoteJob(make_source=make_source, files=files)
