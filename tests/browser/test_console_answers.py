"""Drills that ask something else than marks: answered in the browser, kept over a reload, judged at the end."""

import pytest
from playwright.sync_api import Page, expect

from sim.services.app.wiring import App
from sim.services.attempt import scores
from sim.services.attempt.intake import describe_state
from sim.tasks import get_task_type
from sim.tasks.common.base import Task
from sim.truth.index import TruthIndex
from tests.browser.conftest import begin_practice
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.server_process import ServerProcess
from tests.support.story_truth import SHIPPED

RECORDING = SHIPPED.name


class Drill:
    """An attempt at a practice form of the shipped recording, open in a page."""

    def __init__(self, page: Page, server: ServerProcess, services: App, name: str) -> None:
        self.services = services
        self.attempt_id = begin_practice(services, f"{RECORDING}-{name}")
        form = services.catalog.get_form(f"{RECORDING}-{name}").form
        self.task: Task = form.task
        self.index: TruthIndex = services.catalog.get_truth(RECORDING)
        self.perfect = get_task_type(form.type).answer_perfectly(form.task, self.index)
        self.console = ConsolePage(page, f"{server.url}/drill?attempt={self.attempt_id}").open()

    @property
    def stored(self) -> dict[str, object]:
        return describe_state(self.services, self.attempt_id)

    def reload(self) -> None:
        self.console.wait_saved()
        self.console.page.reload()
        self.console.wait_ready()

    def finish(self) -> dict[str, object]:
        """Hand in and return what the score card holds."""
        self.console.part("handIn").click()
        self.console.part("handInNow").click()
        expect(self.console.page.get_by_role("heading", name="Debrief")).to_be_visible(timeout=SLOW_MS)
        row = scores.settle(self.services, self.attempt_id)
        return dict(scores.compute_score(self.services, row).card.values)


def test_places_called_out_are_answered_by_the_camera_that_is_open(
    page: Page, server: ServerProcess, services: App
) -> None:
    drill = Drill(page, server, services, "pull-up-1")
    console = drill.console
    calls = list(drill.perfect.choices.items())
    for place, (zone, camera) in enumerate(calls[:3]):
        expect(console.part("call")).to_contain_text(f"Call {place + 1} of {len(calls)}")
        console.choose(camera)
        console.part("callConfirm").click()
        drill.console.wait_saved()
        assert drill.stored["choices"] == dict(calls[: place + 1]), zone
    drill.reload()
    expect(console.part("call")).to_contain_text(f"Call 4 of {len(calls)}")
    expect(console.part("foundCount")).to_have_text(f"3/{len(calls)}")
    values = drill.finish()
    assert values["right_share"] == pytest.approx(3 / len(calls))
    assert values["wrong_openings"] == 0


def test_recorded_alarms_are_judged_one_by_one(page: Page, server: ServerProcess, services: App) -> None:
    drill = Drill(page, server, services, "screening-1")
    console = drill.console
    labels = {each.value: each.label for each in get_task_type("screening").make_answer_form(drill.task).item_options}
    rows = page.locator(".judgment")
    expect(rows).to_have_count(len(drill.perfect.choices))
    rows.first.locator(".judgment-open").click()
    expect(console.part("stage")).to_have_attribute("data-showing", "true", timeout=SLOW_MS)
    for key, verdict in drill.perfect.choices.items():
        row = page.locator(f".judgment[data-item={key}]")
        row.get_by_role("button", name=labels[verdict], exact=True).click()
        expect(row).to_have_attribute("data-done", "true")
    drill.reload()
    expect(page.locator(".judgment[data-done=true]")).to_have_count(len(drill.perfect.choices))
    values = drill.finish()
    assert (values["hit_rate"], values["false_alarm_rate"]) == (1.0, 0.0)


def test_evidence_is_cut_and_the_custody_fields_are_filled(page: Page, server: ServerProcess, services: App) -> None:
    drill = Drill(page, server, services, "export-1")
    console = drill.console
    clip = min(drill.perfect.clips, key=lambda each: each.from_s)
    console.choose(clip.camera_id)
    for end, at_s in (("clipBegin", clip.from_s), ("clipEnd", clip.to_s)):
        console.go_to(f"8:{int(at_s) // 60:02d}:{int(at_s) % 60:02d} AM")
        console.wait_settled(int(at_s) * 10)
        console.part(end).click()
    expect(page.locator(".clip")).to_have_count(1)
    console.part("handIn").click()
    for key, value in drill.perfect.choices.items():
        page.locator(f"[data-answer={key}]").select_option(value)
    console.part("handInBack").click()
    drill.reload()
    expect(page.locator(".clip")).to_have_count(1)
    values = drill.finish()
    assert values["custody_complete"] is True
    assert 0.0 < float(values["mean_iou"] or 0.0) <= 1.0


def test_the_door_is_asked_for_at_the_hand_in(page: Page, server: ServerProcess, services: App) -> None:
    drill = Drill(page, server, services, "origin-1")
    drill.console.part("handIn").click()
    expect(drill.console.part("handInMissing")).to_contain_text("Which entrance did they use?")
    page.locator("[data-answer=door]").select_option(drill.perfect.choices["door"])
    expect(drill.console.part("handInMissing")).not_to_contain_text("Which entrance")
    drill.console.part("handInBack").click()
    assert drill.finish()["door_right"] is True
