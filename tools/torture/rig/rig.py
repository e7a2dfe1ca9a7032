"""What every trial stands on: a data folder of its own, the services on it, and the real server beside them."""

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.db.engine import make_sqlite_url
from sim.drill.attempt import Mode
from sim.drill.options import NO_OPTIONS, Options
from sim.errors import TaskError
from sim.services.app.wiring import App, open_app, read_settings, system_clock
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import make_links
from tools.torture.rig.sender import Sender
from tools.torture.rig.server import Server

DATABASE = "sightline.db"
LIMIT_S = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How the log stands against what was acknowledged."""

    acknowledged: int
    lost: int
    doubled: int


@dataclass(slots=True, kw_only=True)
class Rig:
    """One data folder under trial.

    Attributes:
        folder: temporary, for this rig alone.
        library: folder with more recordings and forms to drill on, or None for the shipped ones.
        description: OpenAPI description of the server's own routes.
        rng: chance, seeded.
        is_short: whether waits are cut to what shows the fault at all.
        until: time of the steady clock when all is to be over, or None.
    """

    folder: Path
    library: Path | None
    description: Mapping[str, Any]
    rng: random.Random
    is_short: bool
    until: float | None = None
    _app: App | None = None
    _server: Server | None = None
    _made: int = 0
    _forms: list[str] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """The data folder of app and server."""
        return self.folder / "data"

    @property
    def database(self) -> Path:
        """The database file."""
        return self.data / DATABASE

    @property
    def log(self) -> Path:
        """What the servers said."""
        return self.folder / "server.log"

    @property
    def app(self) -> App:
        """The services on the same data as the server, to prepare and to look inside."""
        if self._app is None:
            self._lay_out()
            self._app = open_services(self.data, make_sqlite_url(self.data / DATABASE))
        return self._app

    def get_server(self) -> Server:
        """Return the running server; it is started when there is none."""
        if self._server is None or not self._server.is_running:
            self.stop_server()
            _ = self.app
            self._server = Server(self.data, self.log)
        return self._server

    def use_server(self, server: Server) -> Server:
        """Take a server that was started otherwise as the running one."""
        self.stop_server()
        self._server = server
        return server

    def stop_server(self) -> None:
        """Stop the server if it runs."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def kill_server(self) -> None:
        """Kill the server if it runs."""
        if self._server is not None:
            self._server.kill()
            self._server = None

    def close_app(self) -> None:
        """Let go of the database."""
        if self._app is not None:
            self._app.close()
            self._app = None

    def make_attempt(
        self,
        *,
        is_begun: bool = True,
        options: Options = NO_OPTIONS,
        limit_s: float = LIMIT_S,
        form_id: str | None = None,
    ) -> Sender:
        """Make a practice drill, whose limit nobody meets unless it is given, and return a tab of it.

        It is on the form given, or on the first trace of the rig's own recordings.
        """
        app = self.app
        if not self._forms:
            self._forms.append(find_form(app, self.data))
        chosen = form_id or self._forms[0]
        return make_sender(app, chosen, options=options, is_begun=is_begun, limit_s=limit_s)

    def get_token(self, attempt_id: str) -> str:
        """Return the token that the drill's page hands to the browser."""
        with self.app.store.read() as work:
            return make_links(self.app, work.attempts.get(attempt_id)).token

    def count(self, senders: Sequence[Sender]) -> Counted:
        """Compare the log in the database with what the senders were told."""
        return count_kept(self.app, senders)

    @contextmanager
    def open_apart(self) -> Iterator["Rig"]:
        """Open a rig with a data folder of its own, for faults that spoil one."""
        self._made += 1
        folder = self.folder / f"apart-{self._made}"
        folder.mkdir()
        with open_rig(
            library=self.library,
            description=self.description,
            seed=self.rng.randrange(2**32),
            is_short=self.is_short,
            until=self.until,
            inside=folder,
        ) as apart:
            yield apart

    def make_folder(self, name: str) -> Path:
        """Return a new folder inside this rig's."""
        self._made += 1
        made = self.folder / f"{name}-{self._made}"
        made.mkdir()
        return made

    def close(self) -> None:
        """Stop the server and let go of everything."""
        self.stop_server()
        self.close_app()

    def _lay_out(self) -> None:
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.library is not None:
            for name in ("recordings", "forms"):
                if (self.library / name).is_dir() and not (self.data / name).exists():
                    (self.data / name).symlink_to(self.library / name, target_is_directory=True)


def count_kept(app: App, senders: Sequence[Sender]) -> Counted:
    """Compare the log in the database of some services with what senders were told."""
    acknowledged = lost = doubled = 0
    for attempt_id in {sender.attempt_id for sender in senders}:
        with app.store.read() as work:
            log = work.events.list_all(attempt_id)
        stored = {(each.event.tab_id, each.event.seq): each.event.payload.get("bookmark_id", "") for each in log}
        marks = Counter(mark for mark in stored.values() if mark)
        doubled += sum(times - 1 for times in marks.values())
        for sender in senders:
            if sender.attempt_id == attempt_id:
                acknowledged += sender.acknowledged
                lost += sum(
                    stored.get((sender.tab, seq)) != sender.marks[seq] for seq in range(1, sender.acknowledged + 1)
                )
    return Counted(acknowledged=acknowledged, lost=lost, doubled=doubled)


def make_sender(
    app: App, form_id: str, *, options: Options = NO_OPTIONS, is_begun: bool = True, limit_s: float = LIMIT_S
) -> Sender:
    """Make a practice drill on a form and return a tab of it."""
    attempt_id = attempts.create(app, form_id=form_id, mode=Mode.PRACTICE, options=options, limit_s=limit_s)
    attempts.get_briefing(app, attempt_id)
    if is_begun:
        attempts.begin(app, attempt_id)
    with app.store.read() as work:
        token = make_links(app, work.attempts.get(attempt_id)).token
    return Sender(attempt_id=attempt_id, token=token)


def find_form(app: App, data: Path) -> str:
    """Return the first trace of a data folder's own recordings, or else of any. Raises TaskError: there is none."""
    found = [known for known in app.catalog.list_forms() if known.form.type == "trace"]
    own = [known for known in found if (data / "recordings" / known.recording_id).is_dir()]
    if not found:
        raise TaskError("there is no trace drill to try on", todo="add a form file to scenarios/forms")
    return (own or found)[0].form.form_id


def open_services(data: Path, database_url: str) -> App:
    """Open the services on a data folder of a trial, whatever this machine's own is."""
    settings = replace(read_settings(os.environ), data=data, database_url=database_url)
    own = (settings.recordings[0], data / "recordings"), (settings.forms[0], data / "forms")
    return open_app(replace(settings, recordings=own[0], forms=own[1]), system_clock())


@contextmanager
def open_rig(
    *,
    library: Path | None,
    description: Mapping[str, Any],
    seed: int,
    is_short: bool,
    until: float | None = None,
    inside: Path | None = None,
) -> Iterator[Rig]:
    """Open a rig in a temporary folder, which is removed afterwards with everything in it."""
    folder = Path(tempfile.mkdtemp(prefix="sightline-torture-", dir=inside))
    rig = Rig(
        folder=folder,
        library=library,
        description=description,
        rng=random.Random(seed),
        is_short=is_short,
        until=until,
    )
    try:
        yield rig
    finally:
        rig.close()
        shutil.rmtree(folder, ignore_errors=True)
