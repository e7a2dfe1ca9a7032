"""The footage of a walk on the page Our footage, as a trainer uses it by keys, mouse and fingers."""

from playwright.sync_api import Locator, Page, expect

from tests.support.console_page import find_box, touching

SLOW_MS = 120_000
PLAYERS = {"Blurring": "blur", "Walker": "walker"}
"""What the player of a step is called; that of the step before goes a moment after the new one has come."""
READ_BOX = "({style}) => [style.left, style.top, style.width, style.height].map((side) => parseFloat(side) / 100)"


class WalkPage:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.locator("[data-part=console]")

    def part(self, name: str) -> Locator:
        return self.page.locator(f"[data-part={name}]")

    def open_step(self, name: str) -> None:
        self.page.get_by_role("radio", name=name, exact=True).click()
        for step, kind in PLAYERS.items():
            there = 1 if step == name else 0
            expect(self.page.locator(f"[class*='st-key-{kind}-walk']")).to_have_count(there, timeout=SLOW_MS)

    def wait_footage(self) -> None:
        expect(self.root).to_have_count(1, timeout=SLOW_MS)
        expect(self.root).to_have_attribute("data-settled", "true", timeout=SLOW_MS)

    def go_to(self, frame: int) -> None:
        self.root.focus()
        now = int(self.root.get_attribute("data-frame") or 0)
        seconds, rest = divmod(abs(frame - now), 10)
        for _ in range(seconds):
            self.page.keyboard.press("l" if frame > now else "j")
        for _ in range(rest):
            self.page.keyboard.press("." if frame > now else ",")
        expect(self.root).to_have_attribute("data-frame", str(frame))
        self.wait_footage()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        points = self._find_points(start, end)
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        self.page.mouse.move(*points[1], steps=4)
        self.page.mouse.up()

    def click_picture(self, place: tuple[float, float]) -> None:
        self.page.mouse.click(*self._find_points(place)[0])

    def finger_drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        first, last = self._find_points(start, end)
        with touching(self.page) as put:
            for point in (first, ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2), last):
                put(point)

    def _find_points(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        self.part("walkLayer").scroll_into_view_if_needed()
        area = find_box(self.part("walkLayer"))
        return [(area["x"] + area["width"] * x, area["y"] + area["height"] * y) for x, y in points]

    def read_box(self) -> tuple[float, float, float, float]:
        shown = self.page.locator(".walk-box")
        expect(shown).to_be_visible()
        left, top, width, height = shown.evaluate(READ_BOX)
        return left, top, left + width, top + height

    def read_sights(self) -> list[tuple[int, str]]:
        marks = self.page.locator(".strip-mark").all()
        return [(int(m.get_attribute("data-frame") or -1), m.get_attribute("data-sight") or "") for m in marks]
