"""Somebody reads the briefing of their measured drill at leisure, and asks for its photo, before they press Start."""

from sim.services.attempt.footage_access import make_links
from tools.torture.integrity.page_reader import read_page
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.private_footage import open_measured
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import ask
from tools.torture.rig.trial import Trial


def look_before_the_start(rig: Rig) -> Outcome:
    """Open the briefing of a measured drill and look for anything of it; then ask for its photo by its true address."""
    wrong: list[str] = []
    with open_measured(rig) as measured:
        app, form = measured.rig.app, measured.known.form
        url = measured.rig.get_server().url
        page = read_page(url, "drill", query=f"attempt={measured.attempt_id}", until="appear when you start")
        manifest = app.catalog.get_recording(form.recording_id).manifest
        words = app.catalog.describe_target(form.recording_id, form.target)
        cameras = [camera.name for camera in manifest.cameras]
        told = [words, str(form.target), form.title, form.form_id, form.recording_id, manifest.title, *cameras]
        wrong += [f"the briefing holds {text!r}" for text in (*told, "/footage") if text in page]
        with app.store.read() as work:
            links = make_links(app, work.attempts.get(measured.attempt_id))
        addresses = [links.link(links.reference), links.link(manifest.cameras[0].main), links.link_timeline()]
        answers = [ask(url, "GET", address) for address in addresses]
        wrong += [f"an address is answered {each.status} before Start" for each in answers if each.status != 403]
    said = f"the briefing tells neither who nor where; its photo: {answers[0].status} “{answers[0].words}”"
    return Outcome(saw=said, wrong=tuple(wrong))


ATTACK = Trial(
    name="before-the-start",
    fault="photo, words and footage of a measured drill read or asked for before its clock runs",
    try_once=look_before_the_start,
    most_tries=3,
    usual_s=20.0,
    part="integrity",
)
