"""How many words a page has for whoever opens it on a laptop, folded parts left out: each kind has its budget."""

from playwright.sync_api import Page, expect

from sim.app.wiring import App
from sim.console import attempts
from sim.tasks.common.simulated_user import NOVICE, PERFECT
from tests.browser.test_every_task_type import AT_A_DESK
from tests.support.console_page import SLOW_MS
from tests.support.played_attempt import play_form
from tests.support.server_process import ServerProcess
from tests.support.shipped_forms import Wish, find_form

HOME, BRIEFING, DEBRIEF = 90, 80, 60
PLAYED = [Wish(type=name) for name in ("trace", "origin", "locate", "pull-up", "screening", "export")]
READ = """
() => {
  const icons = "[data-testid=stIconMaterial], [data-testid=stAlertDynamicIcon]";
  const skipped = `style, script, noscript, header, .st-key-name-menu, ${icons}`;
  const block = "p, li, h1, h2, button, a, td, th, summary, label, figcaption";
  let said = "", last = null;
  const read = (root) => {
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node; (node = nodes.nextNode()); ) {
      if (node instanceof Element) {
        if (node.shadowRoot) read(node.shadowRoot);
        continue;
      }
      const on = node.parentElement;
      if (!on || on.closest(skipped)) continue;
      if (!on.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const place = document.createRange();
      place.selectNodeContents(node);
      const box = place.getBoundingClientRect();
      if (box.width < 2 || box.height < 2 || box.right <= 0) continue;
      const here = on.closest(block);
      said += (here && here === last ? "" : " ") + node.textContent;
      last = here;
    }
  };
  read(document.querySelector("[data-testid=stMainBlockContainer]"));
  return said.split(/\\s+/).filter((word) => /[\\p{L}\\p{N}]/u.test(word));
}
"""


def read_words(page: Page, address: str, *, ready: str) -> list[str]:
    page.goto(address)
    expect(page.get_by_role("button", name=ready, exact=True)).to_be_visible(timeout=SLOW_MS)
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible(timeout=SLOW_MS)
    words: list[str] = page.evaluate(READ)
    assert len(words) > 25, "it was read before it was drawn"
    return words


def test_a_visitor_reads_little_before_the_first_lesson_runs(page: Page, server: ServerProcess) -> None:
    home = read_words(page, server.url, ready="Start lesson 1")
    assert len(home) <= HOME, " ".join(home)
    lesson = read_words(page, f"{server.url}/drill?lesson=1", ready="Start (the clock starts now)")
    assert len(lesson) <= BRIEFING, " ".join(lesson)


def test_a_briefing_says_nothing_twice(page: Page, server: ServerProcess, services: App) -> None:
    for form in map(find_form, AT_A_DESK):
        attempt_id = attempts.create_practice(services, form_id=form.form_id)
        words = read_words(page, f"{server.url}/drill?attempt={attempt_id}", ready="Start drill (the clock starts now)")
        assert len(words) <= BRIEFING, " ".join(words)


def test_a_debrief_begins_with_verdict_rule_and_next_step(page: Page, server: ServerProcess, services: App) -> None:
    for form in map(find_form, PLAYED):
        for skill in (NOVICE, PERFECT):
            attempt_id = play_form(services, form.form_id, skill=skill)
            words = read_words(page, f"{server.url}/drill?attempt={attempt_id}", ready="Try again")
            assert len(words) <= DEBRIEF, " ".join(words)
