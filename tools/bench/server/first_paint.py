"""How soon a visitor without a past sees something of Home, in a real Chromium, while others search."""

from tools.bench.rig.browser import open_browser

VISITS = 3
WITHIN_MS = 60_000
FIRST_PAINT = """
() => performance.getEntriesByType("paint").find((each) => each.name === "first-contentful-paint")?.startTime
"""
"""When text or a picture was first painted, ms after the page was asked for: https://www.w3.org/TR/paint-timing/."""


def measure_first_paint(url: str) -> float:
    """Return the slowest of a few first visits, seconds. Raises MachineError: there is no Chromium or Playwright."""
    slowest_s = 0.0
    with open_browser(is_light=True) as browser:
        for _ in range(VISITS):
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            page = context.new_page()
            page.goto(url, wait_until="commit", timeout=WITHIN_MS)
            painted = page.wait_for_function(FIRST_PAINT, polling=20, timeout=WITHIN_MS).json_value()
            slowest_s = max(slowest_s, float(painted) / 1000.0)
            context.close()
    return slowest_s
