"""Addresses of footage name neither recording, camera nor person, to anyone who has the program."""

import base64
import json
import re
from dataclasses import replace

import pytest

from sim.drill.attempt import AttemptState, Mode
from sim.errors import AccessError, RecordingError
from sim.services.app.opaque_names import name_file, name_opaquely
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.footage_access import FootageLinks, find_file, find_index, make_links

CLIP = "main/CAM-01.mp4"


def make_drill(app: App, mode: Mode = Mode.PRACTICE, state: AttemptState = AttemptState.RUNNING) -> FootageLinks:
    attempt_id = attempts.create_sample(app)
    attempts.get_briefing(app, attempt_id)
    if state is AttemptState.RUNNING:
        attempts.begin(app, attempt_id)
    with app.store.write() as work:
        row = replace(work.attempts.get(attempt_id), mode=mode)
        work.attempts.save(row)
    return make_links(app, row)


def list_addresses(value: object) -> list[str]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in list_addresses(part)]
    if isinstance(value, list):
        return [each for part in value for each in list_addresses(part)]
    return [value] if isinstance(value, str) and value.startswith("/footage") else []


def test_no_address_of_a_drill_names_anything(drill_app: App) -> None:
    """The attack: the photo's address ended in P030.webp, and the truth of P030 lies beside the program's code."""
    attempt_id = attempts.create_sample(drill_app)
    addresses = [str(attempts.get_briefing(drill_app, attempt_id).reference_url)]
    attempts.begin(drill_app, attempt_id)
    addresses += list_addresses(attempts.get_console(drill_app, attempt_id).data)
    assert len(addresses) > 15
    with drill_app.store.read() as work:
        row = work.attempts.get(attempt_id)
    form = drill_app.catalog.get_form(row.form_id).form
    for address in addresses:
        payload = address.split("/")[2].partition(".")[0]
        token = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        for told in (address, token.decode("latin-1")):
            for secret in (str(form.target), "CAM-", "tiny", form.form_id):
                assert secret not in told, (secret, told)


def test_names_are_the_installations_own(drill_app: App) -> None:
    secret = drill_app.access.secret
    assert re.fullmatch(r"main/[\w-]{20}\.mp4", name_file(secret, "tiny", CLIP))
    assert re.fullmatch(r"people/front/[\w-]{20}\.webp", name_file(secret, "tiny", "people/front/P001.webp"))
    assert name_file(secret, "tiny", CLIP) == name_file(secret, "tiny", CLIP)
    assert name_file(b"other" * 8, "tiny", CLIP) != name_file(secret, "tiny", CLIP) != name_file(secret, "b", CLIP)
    assert name_opaquely(secret, "a", "bc") != name_opaquely(secret, "ab", "c")


def test_a_name_opens_what_it_stands_for_and_what_it_stands_for_opens_nothing(drill_app: App) -> None:
    links = make_drill(drill_app)
    recording = drill_app.catalog.get_recording("tiny")
    assert find_file(drill_app, links.token, links.recording_name, links.name(CLIP)).path == recording.folder / CLIP
    assert json.loads(find_index(drill_app, links.token, links.recording_name, links.name(CLIP)))
    for name in (CLIP, "truth.parquet", links.name("truth.parquet"), links.name("people/P002.webp"), "main/x.mp4", ""):
        with pytest.raises(RecordingError, match="no such picture"):
            find_file(drill_app, links.token, links.recording_name, name)


def test_the_photo_of_a_measured_drill_opens_with_its_start(drill_app: App) -> None:
    """The attack: ask for the photo's address before Start, at leisure."""
    for mode, state, opens in (
        (Mode.PRACTICE, AttemptState.BRIEFED, True),
        (Mode.ASSESSMENT, AttemptState.BRIEFED, False),
        (Mode.ASSESSMENT, AttemptState.RUNNING, True),
    ):
        links = make_drill(drill_app, mode, state)
        if opens:
            assert find_file(drill_app, links.token, links.recording_name, links.name(links.reference)).size
            continue
        with pytest.raises(AccessError, match="when the drill has started"):
            find_file(drill_app, links.token, links.recording_name, links.name(links.reference))
