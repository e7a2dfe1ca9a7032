"""The annotator's page in a browser, pressed as a trainer presses it: keys, and drags over the picture."""

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from sim.clips.model import Sight
from sim.clips.proposals import Xyxy
from tools.bench.clips.trainer import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

WITHIN_MS = 60_000
WATCH = """
() => {
  const roots = [document, ...[...document.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean)];
  const find = (part) => roots.map((root) => root.querySelector(`[data-part=${part}]`)).find(Boolean);
  const console_ = find("console");
  const boxOf = (element) => ["left", "top", "width", "height"].map((side) => parseFloat(element.style[side]) / 100);
  const corners = ([left, top, width, height]) => [left, top, left + width, top + height];
  const read = () => {
    const drawn = console_.querySelector(".walk-box");
    const choices = [...console_.querySelectorAll(".walk-choice")];
    return {
      frame: Number(console_.dataset.frame),
      settled: console_.dataset.settled === "true",
      proposed: console_.dataset.proposed,
      kind: drawn.hidden ? "" : drawn.dataset.kind,
      box: drawn.hidden ? null : corners(boxOf(drawn)),
      choices: choices.map((each) => corners(boxOf(each))),
      marks: console_.querySelectorAll(".strip-mark").length,
      said: find("said").textContent,
    };
  };
  const isReached = {
    proposed: (now, before) => now.settled && now.frame !== before.frame && now.proposed === String(now.frame),
    box: (now, before) => JSON.stringify(now.box) !== JSON.stringify(before.box),
    marks: (now, before) => now.settled && now.marks !== before.marks,
    went: (now, before) => now.settled && now.frame !== before.frame,
  };
  globalThis.readWalk = read;
  globalThis.walkCounts = { keys: 0, drags: 0 };
  const count = ({ type, key }) => {
    if (type === "pointerdown") globalThis.walkCounts.drags += 1;
    else if (!["j", "l", ",", "."].includes(key)) globalThis.walkCounts.keys += 1;
  };
  for (const kind of ["keydown", "pointerdown"]) window.addEventListener(kind, count, { capture: true });
  globalThis.watchWalk = (what, kind) => {
    const before = read();
    let began = 0;
    const begin = (event) => (began ||= event.timeStamp);
    window.addEventListener(kind, begin, { capture: true });
    globalThis.watchedWalk = new Promise((done, fail) => {
      setTimeout(() => fail(new Error(`nothing came of ${what}: ${JSON.stringify(read())}`)), 20000);
      const painted = new MessageChannel();
      painted.port1.onmessage = () => {
        const isDone = began && isReached[what](read(), before);
        if (!isDone) return requestAnimationFrame(() => painted.port2.postMessage(0));
        window.removeEventListener(kind, begin, { capture: true });
        done(performance.now() - began);
      };
      painted.port2.postMessage(0);
    });
  };
}
"""
"""What is shown is read right after each painted frame until it is another; time runs from the first of the events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkHand:
    """Somebody at the page of a walk, step Walker."""

    page: "Page"

    def open(self, url: str, walk_id: str) -> None:
        """Open the step and wait for its footage."""
        self.page.goto(f"{url}/our-clips?walk={walk_id}&step=walker")
        self.page.wait_for_selector("[data-part=console][data-settled=true]", timeout=WITHIN_MS)
        self.page.evaluate(WATCH)
        self.page.locator("[data-part=console]").focus()

    def choose_camera(self, name: str) -> None:
        """Choose a camera by its name."""
        self.page.locator("[data-part=cameraChoice]").select_option(label=name)
        self.settle()
        self.page.locator("[data-part=console]").focus()

    def settle(self) -> None:
        """Wait until the frame asked for is painted."""
        self.page.wait_for_function("() => readWalk().settled", timeout=WITHIN_MS)

    def read(self) -> dict[str, object]:
        """Return what is shown."""
        found: dict[str, object] = self.page.evaluate("() => readWalk()")
        return found

    def time(self, what: str, kind: str, act: "Callable[[], object]") -> float:
        """Return the milliseconds from the event of an act to the painted frame in which `what` has come about."""
        self.page.evaluate("([what, kind]) => watchWalk(what, kind)", [what, kind])
        act()
        return float(self.page.evaluate("() => watchedWalk"))

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)

    def go_to(self, frame: int) -> None:
        """Go to a frame by seconds and frames."""
        now = int(str(self.read()["frame"]))
        while now != frame:
            far = abs(frame - now) >= 10
            self.press(("l" if far else ".") if frame > now else ("j" if far else ","))
            now += (10 if far else 1) * (1 if frame > now else -1)
        self.page.wait_for_function("(frame) => readWalk().frame === frame", arg=frame, timeout=WITHIN_MS)
        self.settle()

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from a point of the picture to another, in shares of it."""
        (x1, y1), (x2, y2) = self._find_points(start, end)
        mouse = self.page.mouse
        mouse.move(x1, y1)
        mouse.down()
        mouse.move((x1 + x2) / 2, (y1 + y2) / 2)
        mouse.move(x2, y2)
        mouse.up()

    def drag_slowly(self, start: tuple[float, float], end: tuple[float, float], *, moves: int = 3) -> list[float]:
        """As `drag`; return for each move of the mouse the milliseconds until the box is painted."""
        (x1, y1), (x2, y2) = self._find_points(start, end)
        mouse = self.page.mouse
        mouse.move(x1, y1)
        mouse.down()
        mouse.move(x1 + 8, y1 + 8)
        shares = [(number + 1) / moves for number in range(moves)]
        took = [
            self.time("box", "pointermove", partial(mouse.move, x1 + (x2 - x1) * share, y1 + (y2 - y1) * share))
            for share in shares
        ]
        mouse.up()
        return took

    def count_presses(self) -> dict[str, int]:
        """Return the keys and drags that the page was sent since it was opened, without keys that look for a frame."""
        counts: dict[str, int] = self.page.evaluate("() => walkCounts")
        return counts

    def _find_points(self, *points: tuple[float, float]) -> list[tuple[float, float]]:
        area = self.page.locator("[data-part=walkLayer]").bounding_box()
        assert area is not None
        return [(area["x"] + area["width"] * x, area["y"] + area["height"] * y) for x, y in points]


@dataclass(slots=True, kw_only=True)
class PageAnnotator:
    """The annotator of the camera that is shown; `last` is the last frame that has a picture.

    `waited_ms` is what accepting took until the next box was there.
    """

    hand: WalkHand
    last: int
    waited_ms: list[float] = field(default_factory=list)

    def go_to(self, frame: int) -> Shown:
        """See `trainer.Annotator`."""
        self.hand.go_to(frame)
        return self._look()

    def drag(self, shown: Shown, box: Xyxy, *, is_moved: bool) -> Shown:
        """See `trainer.Annotator`."""
        if is_moved and shown.box is not None:
            self.hand.drag(_middle(shown.box), _middle(box))
            return self._look()
        if shown.box is not None:
            self.hand.press("Escape")
        self.hand.drag((box[0], box[1]), (box[2], box[3]))
        return self._look()

    def choose(self, shown: Shown, number: int) -> Shown:
        """See `trainer.Annotator`."""
        del shown
        self.hand.press(str(number))
        return self._look()

    def accept(self, shown: Shown) -> Shown:
        """See `trainer.Annotator`."""
        if shown.frame >= self.last:
            self.hand.time("marks", "keydown", partial(self.hand.press, "Enter"))
        else:
            self.waited_ms.append(self.hand.time("proposed", "keydown", partial(self.hand.press, "Enter")))
        return self._look()

    def put(self, shown: Shown, sight: Sight) -> Shown:
        """See `trainer.Annotator`."""
        del shown
        if sight is Sight.OUT:
            self.hand.time("marks", "keydown", partial(self.hand.press, "o"))
        else:
            self.hand.time("proposed", "keydown", partial(self.hand.press, "h"))
        return self._look()

    def _look(self) -> Shown:
        found = self.hand.read()
        box = found["box"]
        choices = found["choices"]
        assert isinstance(choices, list)
        return Shown(
            frame=int(str(found["frame"])),
            box=None if box is None else tuple(box),  # type: ignore[arg-type]
            choices=tuple(tuple(each) for each in choices),
            is_crossing=str(found["said"]).startswith("Someone crosses here"),
        )


def _middle(box: Xyxy) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
