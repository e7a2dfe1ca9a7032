"""Gives an answer at the console as a person does, with a mouse or a finger, whatever the task asks for."""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from playwright.sync_api import Locator, Page, expect

from sim.app.wiring import App
from sim.console.scores import compute_score, write_score
from sim.footage.recording.recording import Manifest
from sim.forms.forms import Form
from sim.scoring.evidence import Answer, Clip, Mark
from sim.tasks import get_task_type
from sim.tasks.common.task import AnswerForm
from sim.truth.index import TruthIndex
from tests.support.console_page import SLOW_MS, ConsolePage
from tests.support.given import load_attempt

VIEW_NAME = "The way"
DEBRIEF = re.compile(r"^(Debrief|Lesson \d+):")
COLOUR_SCHEME = "getComputedStyle(document.querySelector('.stApp')).colorScheme"


@dataclass(frozen=True, kw_only=True)
class AnswerPlayer:
    console: ConsolePage
    manifest: Manifest
    form: Form
    truth: TruthIndex
    by_touch: bool = False

    @classmethod
    def sit_down(cls, page: Page, app: App, form_id: str, *, by_touch: bool = False) -> Self:
        known = app.catalog.get_form(form_id)
        return cls(
            console=ConsolePage(page, page.url),
            manifest=app.catalog.get_recording(known.recording_id).manifest,
            form=known.form,
            truth=app.catalog.get_truth(known.recording_id),
            by_touch=by_touch,
        )

    @property
    def asked(self) -> AnswerForm:
        return get_task_type(self.form.type).make_answer_form(self.form.task)

    @property
    def perfect(self) -> Answer:
        return get_task_type(self.form.type).answer_perfectly(self.form.task, self.truth)

    def start(self) -> None:
        self._press(self.console.page.get_by_role("button", name=re.compile("^Start drill")))
        self.console.wait_ready()

    def play(self, answer: Answer) -> None:
        self.work(answer)
        self.hand_in(answer)

    def work(self, answer: Answer) -> None:
        if answer.not_on_camera and not self.by_touch:
            self._look_around()
        for number, mark in enumerate(answer.marks, start=1):
            self._mark(mark, number)
        for number, clip in enumerate(answer.clips, start=1):
            self._cut(clip, number)
        for number, item in enumerate(self.asked.items, start=1):
            if self.asked.item_options:
                self._judge(item.key, answer.choices[item.key])
            else:
                self._answer_call(answer.choices[item.key])
            expect(self.console.part("foundCount")).to_have_text(f"{number}/{len(self.asked.items)}")
        if answer.view:
            self._arrange(answer.view)

    def _look_around(self) -> None:
        part, (low_s, high_s) = self.console.part, self.form.window_s
        self._go_to(low_s)
        part("speed").select_option("4")
        self._press(part("play"))
        until_s = min(high_s, (low_s + high_s) / 2 + 10.0)
        arguments = [self.console.root.element_handle(), round(until_s * self.manifest.fps) - 1]
        test = "([console, frame]) => Number(console.dataset.frame) >= frame"
        self.console.page.wait_for_function(test, arg=arguments, polling="raf", timeout=3 * SLOW_MS)
        self._press(part("play"))

    def hand_in(self, answer: Answer, *, reloads: bool = False) -> None:
        part, page = self.console.part, self.console.page
        self._press(part("handIn"))
        if self.asked.fields:
            expect(part("handInMissing")).to_contain_text(self.asked.fields[0].label)
        for field in self.asked.fields:
            if field.key in answer.choices:
                page.locator(f"[data-answer={field.key}]").select_option(answer.choices[field.key])
        if answer.final_zone is not None:
            part("finalZone").select_option(answer.final_zone)
        if answer.not_on_camera:
            part("notOnCamera").check()
        if reloads:
            self._press(part("handInBack"))
            self.console.wait_saved()
            page.reload()
            self.console.wait_ready()
            self._press(part("handIn"))
        if self.asked.asks_view:
            expect(part("handInSummary")).to_contain_text("Your view: ")
        expect(part("handInMissing")).to_be_hidden()
        expect(part("handInNow")).to_have_text("Submit")
        self._press(part("handInNow"))
        expect(page.get_by_role("heading", name=DEBRIEF)).to_be_visible(timeout=SLOW_MS)
        assert page.evaluate(COLOUR_SCHEME) != "dark", "the console's dark page goes before the debrief comes"

    def _press(self, button: Locator) -> None:
        if self.by_touch:
            button.tap()
        else:
            button.click()

    def _open(self, camera_id: str) -> None:
        if not self.by_touch:
            self.console.choose(camera_id)
            return
        self._press(self.console.part("finderTab"))
        self.console.part("finderField").fill(camera_id.removeprefix("CAM-"))
        self._press(self.console.page.locator(f".finder-row[data-camera={camera_id}]"))
        self.console.wait_shown(camera_id)

    def _go_to(self, t_s: float) -> None:
        fps = round(self.manifest.fps)
        frame = round(t_s * fps)
        second, rest = divmod(frame, fps)
        moment: datetime = self.manifest.start_time + timedelta(seconds=second)
        self.console.go_to(f"{moment:%I:%M:%S %p}")
        self.console.wait_settled(frame - rest)
        for _ in range(rest):
            self._press(self.console.part("frameForward"))
        self.console.wait_settled(frame)

    def _mark(self, mark: Mark, number: int) -> None:
        self._open(mark.camera_id)
        self._go_to(mark.t_s)
        if self.by_touch:
            self.console.tap_picture(mark.x, mark.y)
            self._press(self.console.part("pendingMark"))
        else:
            self.console.click_picture(mark.x, mark.y)
        expect(self.console.cards).to_have_count(number)

    def _cut(self, clip: Clip, number: int) -> None:
        if self.by_touch:
            self._press(self.console.part("tabFound"))
        self._open(clip.camera_id)
        for end, t_s in (("clipBegin", clip.from_s), ("clipEnd", clip.to_s)):
            self._go_to(t_s)
            self._press(self.console.part(end))
        expect(self.console.page.locator(".clip")).to_have_count(number)

    def _judge(self, key: str, verdict: str) -> None:
        label = next(option.label for option in self.asked.item_options if option.value == verdict)
        if self.by_touch:
            self._press(self.console.part("tabFound"))
        row = self.console.page.locator(f".judgment[data-item={key}]")
        self._press(row.locator(".judgment-open"))
        expect(self.console.part("stage")).to_have_attribute("data-showing", "true", timeout=SLOW_MS)
        self._press(row.get_by_role("button", name=label, exact=True))
        expect(row).to_have_attribute("data-done", "true")

    def _answer_call(self, camera_id: str) -> None:
        self._open(camera_id)
        self._press(self.console.part("callConfirm"))

    def _arrange(self, cameras: tuple[str, ...]) -> None:
        page = self.console.page
        self._press(self.console.part("wallViews"))
        self._press(page.get_by_role("button", name="New view"))
        editor = self.console.part("viewEditor")
        name = editor.get_by_label("Name")
        if self.by_touch:
            expect(name).to_have_value("View 1")
            expect(name).not_to_be_focused()
        else:
            name.fill(VIEW_NAME)
        for box in editor.locator("input[type=checkbox]:checked").all():
            self._press(box)
        for camera_id in cameras:
            box = page.locator(f"input[value={camera_id}]")
            self._press(editor.locator("label.check", has=box))
            expect(editor.locator(box)).to_be_checked()
        self._press(editor.get_by_role("button", name="Keep the view"))
        expect(editor).to_be_hidden()
        # the clocks and names of all cameras are compared then; the view that was kept is handed in all the same
        self._press(self.console.part("wallViews"))
        self._press(page.locator("[data-view-id='all']"))


def read_card(app: App, attempt_id: str) -> dict[str, object]:
    row = load_attempt(app, attempt_id)
    assert row.score_json == write_score(compute_score(app, row).card)
    card: dict[str, object] = json.loads(row.score_json)
    return card
