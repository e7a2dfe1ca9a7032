"""What keeps people out of a page, as axe sees it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# without `resultTypes`, axe also describes every element that no rule is broken by
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
BUSY = "[data-testid=stSkeleton], [data-testid=stSpinner], [data-testid=stApp]:not([data-test-script-state=notRunning])"
IS_STILL = """
(busy) => {
  const ends = (motion) => motion.playState === "running" && motion.effect.getComputedTiming().endTime < Infinity;
  return !document.querySelector(busy) && !document.getAnimations().some(ends);
}
"""
"""Whether a page is drawn and nothing fades: half faded words have half of their contrast."""


def list_barriers(page: Page) -> list[tuple[str, list[str]]]:
    """Return each rule of WCAG 2.1 A and AA that axe finds broken, with where, once nothing on the page moves."""
    page.wait_for_function(IS_STILL, arg=BUSY, polling="raf")
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], [str(node["target"]) for node in rule["nodes"]]) for rule in found]
