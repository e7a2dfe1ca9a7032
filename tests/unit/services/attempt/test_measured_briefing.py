"""The briefing of a measured drill, read as long as somebody likes before the clock runs."""

from dataclasses import astuple

import pytest

from sim.drill.attempt import Phase
from sim.services.app.wiring import App
from sim.services.attempt import attempts
from sim.services.attempt.views import BriefingView
from sim.services.team import given_drills, team


@pytest.fixture
def measured_id(drill_app: App) -> str:
    person_id = team.add_person(drill_app, team.add_team(drill_app, "Office"), "Ana Lopez")
    return given_drills.create_attempt(drill_app, person_id, Phase.BEFORE)


def write_view(view: BriefingView) -> str:
    return " ".join(str(part) for part in astuple(view))


def test_it_tells_neither_who_is_sought_nor_anything_of_the_recording(drill_app: App, measured_id: str) -> None:
    view = attempts.get_briefing(drill_app, measured_id)
    with drill_app.store.read() as work:
        row = work.attempts.get(measured_id)
    form = drill_app.catalog.get_form(row.form_id).form
    manifest = drill_app.catalog.get_recording(row.recording_id).manifest
    told = write_view(view)
    descriptor = drill_app.catalog.describe_target(row.recording_id, form.target)
    assert (view.reference_url, view.descriptor, view.window_clock, view.release_clock) == (None, "", None, "")
    for secret in (descriptor, str(form.target), form.title, form.form_id, manifest.title, manifest.notice, "7:55"):
        assert secret
        assert secret not in told, secret
    assert not [name for name in manifest.files if name in told]
