"""Files that somebody spoiled: clips cut short, scenarios and the ledger edited by hand, bombs of a few kilobytes."""

import io
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import psutil
import yaml
from PIL import Image

from sim.db.ledger_rows import Draft, LedgerKind, Subjects
from sim.drill.options import DrillOption
from sim.services.app.wiring import DATA_VARIABLE, PROJECT
from sim.services.attempt.footage_access import make_links
from tools.torture.rig.database_file import edit_ledger, is_edit_refused
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import ask

BOMB_SIDE_PX = 6400
PICTURE_SIDE_PX = 16_000

ENTRIES = 200
SHORT_ENTRIES = 20
COMMAND_WITHIN_S = 120.0
MOST_GROWTH_BYTES = 900_000_000
MOST_S = 20.0
SPOILED_ID = "spoiled"
HUGE_BYTES = 600_000_000
_SCENARIO = PROJECT / "scenarios" / "class-time.yaml"
_LAUGHS = "\n".join(
    ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)]
)
"""Ten thousand million words in ten lines (https://en.wikipedia.org/wiki/Billion_laughs_attack)."""


def edit_ledger_row(rig: Rig) -> Outcome:
    """Change one entry of the training record in the database file, and let `records verify` look."""
    with rig.open_apart() as apart:
        count = SHORT_ENTRIES if rig.is_short else ENTRIES
        with apart.app.store.write() as work:
            for number in range(count):
                subjects = Subjects(person_id=f"p{number % 7}")
                draft = Draft(
                    kind=LedgerKind.RESULT, at=datetime.now(UTC), subjects=subjects, data={"passed": False, "n": number}
                )
                work.ledger.append(draft)
        apart.close_app()
        number = rig.rng.randint(1, count)
        wrong = [] if is_edit_refused(apart.database, number=number) else ["the database let an entry be changed"]
        before = _run_sim(apart.data, ("records", "verify"))
        if before.returncode != 0:
            wrong.append(f"verify says of an untouched ledger: {before.stderr.strip()[:200]}")
        if edit_ledger(apart.database, number=number, old="false", new="true") != 1:
            wrong.append("the entry was not edited")
        after = _run_sim(apart.data, ("records", "verify"))
        said = " ".join((after.stdout + after.stderr).split())
        if after.returncode == 0 or str(number) not in said:
            wrong.append(f"verify did not name entry {number}: {said[:200]}")
        return Outcome(saw=f"`records verify`, exit code {after.returncode}: “{said[:160]}”", wrong=tuple(wrong))


def cut_video(rig: Rig) -> Outcome:
    """Cut a clip short at a place drawn by chance; ask the server for it, verify the recording, open a drill on it."""
    with _open_with_copy(rig) as (apart, recording):
        sender = apart.make_attempt()
        clip = recording / "main" / "CAM-01.mp4"
        cut_short(clip, share=rig.rng.uniform(0.05, 0.95))
        server = apart.get_server()
        with apart.app.store.read() as work:
            links = make_links(apart.app, work.attempts.get(sender.attempt_id))
        addresses = (links.link("main/CAM-01.mp4"), links.link_index("main/CAM-01.mp4"))
        answers = [ask(server.url, "GET", address) for address in addresses]
        wrong = [f"a clip cut short is answered {each.status}" for each in answers if each.status != 404]
        if ask(server.url, "GET", "/healthz/live").status != 200:
            wrong.append("the server does not answer any more")
        checked = _run_sim(apart.data, ("footage", "verify", str(recording)))
        if checked.returncode == 0 or "CAM-01.mp4" not in checked.stderr:
            wrong.append("`footage verify` did not name the clip")
        said = " ".join(checked.stderr.replace(str(recording), "…").split())
        return Outcome(saw=f"{answers[0].status} “{answers[0].words}”; verify: “{said[:140]}”", wrong=tuple(wrong))


def edit_scenario(rig: Rig) -> Outcome:
    """Edit a scenario by hand in ways drawn by chance, and build it: words that name file and key, no traceback."""
    folder = rig.make_folder("scenario")
    whole = _SCENARIO.read_text(encoding="utf-8")
    lines = whole.splitlines()
    spot = rig.rng.randrange(1, len(lines))
    other = yaml.safe_load(whole)
    lost = rig.rng.choice(["site", "days", "seed", "title"])
    kept = {key: value for key, value in other.items() if key != lost}
    edits = {
        "a line gone wrong": "\n".join([*lines[:spot], "  : [", *lines[spot:]]),
        "cut in half": whole[: len(whole) // 2] + "\n  - {do: wal",
        "a key lost": yaml.safe_dump(kept),
        "a number for words": yaml.safe_dump({**other, "days": 7}),
        "a door that is not there": whole.replace("doors: [c203]", "doors: [no-such-door]"),
        "a year long": yaml.safe_dump({**other, "duration_s": 31_536_000}),
        "another program's version": yaml.safe_dump({**other, "schema_version": 99}),
        "a bomb": whole + "\n" + _LAUGHS + "\n",
        "only a bomb": _LAUGHS,
        "no text": "\x00\x01\x02",
    }
    wrong: list[str] = []
    said = ""
    chosen = rig.rng.sample(sorted(edits), 3) if rig.is_short else sorted(edits)
    for name in chosen:
        path = folder / "edited.yaml"
        path.write_text(edits[name].replace("site: sites/", f"site: {PROJECT}/scenarios/sites/"), encoding="utf-8")
        done = _run_sim(folder, ("footage", "build", str(path), "--out", str(folder / "out"), "--seconds", "1"))
        words = " ".join(done.stderr.replace(str(folder), "…").split())
        if done.returncode != 1 or not words.startswith("error: "):
            wrong.append(f"{name}: exit code {done.returncode}, {words[-200:]}")
        said = said or words
    return Outcome(saw=f"{len(chosen)} edits, each refused in words, such as “{said[:150]}”", wrong=tuple(wrong))


def send_bombs(rig: Rig) -> Outcome:
    """Put files of a few kilobytes that become gigabytes behind every door that decodes: photos, clips, ZIPs."""
    with _open_with_copy(rig) as (apart, recording):
        sender = apart.make_attempt(options=frozenset({DrillOption.APPEARANCE_SEARCH}))
        server = apart.get_server()
        ask(server.url, "GET", "/")
        process = psutil.Process(server.process.pid)
        with apart.app.store.read() as work:
            row = work.attempts.get(sender.attempt_id)
        form_id = row.form_id
        target = apart.app.catalog.get_form(form_id).form.target
        manifest = json.loads((recording / "recording.json").read_text())
        write_picture_bomb(recording / "people" / f"{target}.webp")
        write_video_bomb(recording / "main" / "CAM-01.mp4", frames=2, fps=10)
        for camera in manifest["cameras"][:1]:
            write_picture_bomb(recording / camera["thumbs"])
        for name in manifest["sizes"]:
            manifest["sizes"][name] = (recording / name).stat().st_size
        (recording / "recording.json").write_text(json.dumps(manifest))
        now = apart.app.clock.read().wall
        photo = f"people/front/{target}.webp"
        links = make_links(apart.app, row)
        opens_photo = apart.app.access.mint(
            attempt_id=sender.attempt_id,
            recording_id=links.recording_name,
            reference=links.name(photo),
            since=now,
            now=now,
        )
        before = most = process.memory_info().rss
        wrong: list[str] = []
        said: list[str] = []
        for path in (
            replace(links, token=opens_photo).link(photo),
            links.link_index("main/CAM-01.mp4"),
            f"{links.link_crops()}/CAM-01/1/10-10-60-60.jpg",
            links.link_timeline(),
        ):
            answer = ask(server.url, "GET", path, within_s=60)
            most = max(most, process.memory_info().rss)
            said.append(str(answer.status))
            if answer.status in (401, 403):
                wrong.append(f"{path.split('/')[1]} is answered {answer.status}: the bomb was never opened")
            if answer.status >= 500 or answer.status == 0 or answer.seconds > MOST_S:
                wrong.append(f"{path.split('/')[1]} is answered {answer.status} after {answer.seconds:.0f} s")
        if most - before > MOST_GROWTH_BYTES:
            wrong.append(f"the server's memory grew by {(most - before) / 1e6:.0f} MB")
        wrong += _open_bombs(apart, recording)
        growth = f"memory of the server +{(most - before) / 1e6:.0f} MB"
        return Outcome(saw=f"routes: {', '.join(said)}; {growth}; commands: refused in words", wrong=tuple(wrong))


def _open_bombs(apart: Rig, recording: Path) -> list[str]:
    """Give bombs to the commands that read files, in processes of their own; return what is wrong."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr(
            "manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\nfile.users,bulk\n"
        )
        with packed.open("users.csv", "w", force_zip64=True) as member:
            for _ in range(HUGE_BYTES // 10_000_000):
                member.write(b"0" * 10_000_000)
    folder = apart.make_folder("bombs")
    (folder / "roster.zip").write_bytes(archive.getvalue())
    (folder / "attempts.csv").write_bytes(archive.getvalue())
    commands = (
        ("footage", "verify", str(recording)),
        ("compare", str(folder / "attempts.csv")),
        ("restore", str(folder / "roster.zip")),
        ("roster", "import", str(folder / "roster.zip")),
    )
    wrong = []
    for command in commands:
        most, code, words, seconds = _watch(apart.data, command)
        if code == 0 or "Traceback" in words:
            wrong.append(f"{' '.join(command[:2])}: exit code {code}, {words[-200:]}")
        if most > MOST_GROWTH_BYTES or seconds > COMMAND_WITHIN_S:
            wrong.append(f"{' '.join(command[:2])} took {most / 1e6:.0f} MB and {seconds:.0f} s")
    return wrong


def _watch(data: Path, command: Sequence[str]) -> tuple[int, int, str, float]:
    """Run a command; return the most memory seen, its exit code, its words, and how long it took."""
    began = time.monotonic()
    words = data / "command.log"
    with words.open("wb") as output:
        process = psutil.Popen(
            [sys.executable, "-m", "sim", *command],
            cwd=PROJECT,
            env={**os.environ, DATA_VARIABLE: str(data)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        most = 0
        while process.poll() is None:
            if time.monotonic() - began > COMMAND_WITHIN_S:
                process.kill()
            try:
                most = max(most, process.memory_info().rss)
            except psutil.Error:
                break
            time.sleep(0.05)
        code = int(process.wait())
    return most, code, words.read_text(encoding="utf-8", errors="replace"), time.monotonic() - began


@contextmanager
def _open_with_copy(rig: Rig) -> Iterator[tuple[Rig, Path]]:
    """Open a rig of its own with a copy of the recording that may be spoiled."""
    with rig.open_apart() as apart:
        library = apart.folder / "library"
        whole = apart.library or PROJECT
        own = whole / ("recordings" if apart.library is not None else "sample_footage")
        source = min(path for path in own.iterdir() if (path / "recording.json").is_file())
        copied = library / "recordings" / SPOILED_ID
        shutil.copytree(source, copied)
        manifest = json.loads((copied / "recording.json").read_text())
        (copied / "recording.json").write_text(json.dumps({**manifest, "recording_id": SPOILED_ID}))
        forms = whole / ("forms" if apart.library is not None else "scenarios/forms") / f"{source.name}.yaml"
        chosen = yaml.safe_load(forms.read_text(encoding="utf-8"))
        for form in chosen["forms"]:
            form.update(form_id=f"{SPOILED_ID}-{form['form_id']}", recording_id=SPOILED_ID)
        (library / "forms").mkdir()
        renamed = yaml.safe_dump({**chosen, "recording_id": SPOILED_ID})
        (library / "forms" / f"{SPOILED_ID}.yaml").write_text(renamed, encoding="utf-8")
        apart.library = library
        yield apart, copied


def _run_sim(data: Path, arguments: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments],
        cwd=PROJECT,
        env={**os.environ, DATA_VARIABLE: str(data)},
        capture_output=True,
        text=True,
        timeout=COMMAND_WITHIN_S,
        check=False,
    )


def write_picture_bomb(path: Path) -> None:
    """Write a plain PNG of 16,000 x 16,000 px under whatever name, 250 KB, 770 MB once decoded."""
    with Image.new("L", (PICTURE_SIDE_PX, PICTURE_SIDE_PX)) as picture:
        picture.save(path, "PNG")


def write_video_bomb(path: Path, *, frames: int, fps: int) -> None:
    """Write a plain H.264 clip of 6400 x 6400 px, some ten KB, 120 MB a frame once decoded."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "51"})
        stream.width = stream.height = BOMB_SIDE_PX
        stream.pix_fmt = "yuv420p"
        plain = np.zeros((BOMB_SIDE_PX * 3 // 2, BOMB_SIDE_PX), dtype=np.uint8)
        for _ in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(plain, format="yuv420p")))
        container.mux(stream.encode(None))


def cut_short(path: Path, *, share: float) -> None:
    """Leave only the first `share` of a file."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
