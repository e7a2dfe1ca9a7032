/**
 * What tests put into every page of every engine, before its own scripts: it hears errors, finds what a person sees,
 * and tells whether a press has come to what was meant.
 */
(() => {
  const HEARD = "sightline-tests-heard";
  const STANDS = "[data-testid=stApp][data-test-script-state=notRunning]";
  /** The pointer of the last real event: a made-up one is only taken for captured with the number of a real one. */
  let pointerId = 1;
  /** Whether the press that was watched for came; undefined on a page where none was. @type {boolean|undefined} */
  let pressed;

  const heard = () => JSON.parse(sessionStorage.getItem(HEARD) ?? "[]");
  const hear = (words) => sessionStorage.setItem(HEARD, JSON.stringify([...heard(), `${words} (${location.pathname})`]));
  window.addEventListener("error", ({ message, filename, lineno }) => {
    // no error: a layout that took two drawings
    if (!message.startsWith("ResizeObserver loop")) hear(`${message}, ${filename}:${lineno}`);
  });
  window.addEventListener("unhandledrejection", ({ reason }) => hear(`not handled: ${reason?.stack ?? reason}`));
  for (const kind of ["pointermove", "pointerdown"]) {
    window.addEventListener(kind, (event) => (pointerId = event.isTrusted ? event.pointerId : pointerId), true);
  }
  // as in tests/browser/conftest.py: a click is asked about however busy the machine is
  if (location.protocol.startsWith("http")) localStorage.setItem("sightline-patience-ms", "60000");

  const nextFrame = () => new Promise((done) => requestAnimationFrame(done));
  const write = (element) => (element.innerText ?? element.textContent ?? "").replace(/\s+/g, " ").trim();

  const isSeen = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility === "visible";
  };

  /** All elements that are seen, inside shadow roots too, whose text holds the words; those with least text first. */
  const list = (selector, words = "") => {
    const found = [];
    const look = (root) => {
      found.push(...root.querySelectorAll(selector));
      for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) look(shadowRoot);
    };
    look(document);
    const seen = found.filter((element) => isSeen(element) && write(element).includes(words));
    return words ? seen.sort((one, other) => write(one).length - write(other).length) : seen;
  };
  const find = (selector, words) => list(selector, words)[0];

  /** Whether Streamlit has drawn the page: a press on what it still moves is lost. */
  const isDrawn = () => document.readyState === "complete" && (!document.querySelector("#root") || document.querySelector(STANDS) !== null);

  const findAt = (x, y) => {
    let hit = document.elementFromPoint(x, y);
    while (hit?.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const isInside = (element, outer) => {
    for (let each = element; each; each = each.parentNode ?? each.host) if (each === outer) return true;
    return false;
  };
  const read = (element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left, top, width, height];
  };

  /** Where something is that can be pressed now, left, top, width and height; null while it moves or is covered. */
  const aim = async (selector, words) => {
    const element = isDrawn() && find(selector, words);
    if (!element || element.disabled || element.getAttribute("aria-disabled") === "true") return null;
    const box = read(element);
    const [left, top, width, height] = box;
    const middle = [left + width / 2, top + height / 2];
    if (left < 0 || top < 0 || left + width > innerWidth || top + height > innerHeight) element.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    await nextFrame();
    await nextFrame();
    const isStill = read(element).every((side, place) => side === box[place]) && isDrawn();
    return isStill && isInside(findAt(...middle), element) ? box : null;
  };

  /** Watch for the press that comes next; `landed` tells whether it came to what is found then. */
  const watch = (selector, words) => {
    pressed = false;
    const note = (event) => (pressed = event.composedPath().includes(find(selector, words)));
    window.addEventListener("click", note, { capture: true, once: true });
  };

  /** A finger on the screen from point to point: events as a browser makes them, which drivers cannot do everywhere. */
  const touch = (points) => {
    const target = findAt(...points[0]);
    const say = (kind, [clientX, clientY], buttons) => {
      const shared = { bubbles: true, composed: true, cancelable: true, clientX, clientY };
      target.dispatchEvent(new PointerEvent(kind, { ...shared, pointerId, pointerType: "touch", isPrimary: true, button: kind === "pointermove" ? -1 : 0, buttons }));
    };
    say("pointerdown", points[0], 1);
    for (const point of points.slice(1)) say("pointermove", point, 1);
    say("pointerup", points.at(-1), 0);
  };

  globalThis.hand = {
    list,
    find,
    isDrawn,
    aim,
    watch,
    touch,
    read,
    /** True on a new page as well: the press has led to it. */
    landed: () => pressed !== false,
    heard,
    takeHeard: () => {
      const all = heard();
      sessionStorage.removeItem(HEARD);
      return all;
    },
    words: () => write(document.body).slice(0, 1500),
  };
})();
