"""A press counts once, although the page is drawn again between pointer down and up, as Streamlit does."""

import random

import pytest
from playwright.sync_api import Page

from sim.ui.http.page_head import ICON_FOLDER, SCRIPT_FILE

PRESSES = 200
PAGE = """
<!doctype html><div id="above"></div><input id="name">
<div class="st-key-begin"></div>
<script>
  globalThis.counted = 0;
  globalThis.drawnAgain = 0;
  const holder = document.querySelector(".st-key-begin");
  function draw() {
    const button = document.createElement("button");
    button.textContent = "Begin";
    button.addEventListener("click", () => (globalThis.counted += 1));
    holder.replaceChildren(button);
  }
  draw();
  const above = document.querySelector("#above");
  const move = () => (above.style.height = above.style.height === "90px" ? "0px" : "90px");
  globalThis.redraw = (how) => {
    if (how === "replaced" || how === "both") draw();
    if (how !== "replaced" && how !== "same") move();
    if (how === "there and back") addEventListener("pointerup", move, { capture: true, once: true });
    globalThis.drawnAgain += 1;
  };
</script>
"""


@pytest.fixture
def drawn(page: Page) -> Page:
    page.set_content(PAGE)
    page.add_script_tag(path=ICON_FOLDER / SCRIPT_FILE)
    return page


def test_no_press_is_lost_none_counts_twice_and_who_slides_off_a_button_has_not_pressed_it(drawn: Page) -> None:
    box = drawn.locator(".st-key-begin button").bounding_box()
    assert box is not None
    x, bottom = box["x"] + box["width"] / 2, box["y"] + box["height"]
    drawn.mouse.move(x, bottom - 3)
    drawn.mouse.down()
    drawn.mouse.move(x, bottom + 8)
    drawn.mouse.up()
    drawn.wait_for_timeout(50)
    assert drawn.evaluate("counted") == 0

    rng = random.Random(7)
    for number in range(PRESSES):
        how = rng.choice(("replaced", "moved", "both", "there and back", "same"))
        box = drawn.locator(".st-key-begin button").bounding_box()
        assert box is not None
        drawn.locator("#name").focus()
        drawn.mouse.move(box["x"] + rng.uniform(2, box["width"] - 2), box["y"] + rng.uniform(2, box["height"] - 2))
        drawn.mouse.down()
        drawn.evaluate("([how, wait]) => void setTimeout(() => redraw(how), wait)", [how, rng.choice((0, 1, 5, 20))])
        drawn.wait_for_timeout(rng.choice((0, 1, 5, 20)))
        drawn.mouse.up()
        drawn.wait_for_function("count => counted >= count && drawnAgain >= count", arg=number + 1)
        drawn.wait_for_timeout(25)
        assert drawn.evaluate("counted") == number + 1, (number, how)
