"""The editor of a school in a browser, for tests: clicks on plan and picture at places given in their units."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

SLOW_MS = 60_000


@dataclass(frozen=True)
class SchoolEditor:
    """A page on which a school is drawn; `corner` is the place of the plan's lower left corner in the units given."""

    page: Page
    corner: tuple[float, float]

    def part(self, name: str) -> Locator:
        return self.page.locator(f".school [data-part={name}]")

    def wait_saved(self) -> None:
        expect(self.page.locator(".school")).to_have_attribute("data-saved", "true", timeout=SLOW_MS)

    def take(self, tool: str) -> None:
        self.page.locator(f".school [data-tool={tool}]").click()

    def click_plan(self, *places: tuple[float, float]) -> None:
        sheet = self.page.locator("[data-sheet=plan]")
        for x, y in places:
            left, top, scale = self._read(sheet)
            spot = {"x": (x - self.corner[0] - left) * scale, "y": (top - (y - self.corner[1])) * scale}
            sheet.click(position=spot)  # type: ignore[arg-type]

    def click_picture(self, u: float, v: float) -> None:
        sheet = self.page.locator("[data-sheet=picture]")
        left, top, scale = self._read(sheet)
        sheet.click(position={"x": (u - left) * scale, "y": (v * 9 / 16 - top) * scale})

    def set_field(self, label: str, value: str) -> None:
        field = self.page.locator(".school .side .field", has_text=label).locator("input, select")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
            field.press("Tab")

    def set_height(self, meters: float) -> None:
        choice = self.part("point-height").locator("select")
        if meters == 0:
            choice.select_option("0")
            return
        choice.select_option("other")
        field = self.page.locator(".school .match-controls input[type=number]")
        field.fill(f"{meters:g}")
        field.press("Tab")

    def _read(self, sheet: Locator) -> tuple[float, float, float]:
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        read = sheet.evaluate("sheet => [sheet.dataset.left, sheet.dataset.top, sheet.dataset.scale].map(Number)")
        return float(read[0]), float(read[1]), float(read[2])
