/** The console in its page: the room it takes, its arrangement, and what happens to the page around it. */

import { must } from "./dom.js";

const BOTTOM_PX = 4;
const LOWEST_PX = 520;
const LOWEST_PHONE_PX = 300;
const PHONE_HEIGHT_PX = 480;
/** What is missing of the window when a keyboard lies over it, at least; bars of the browser are lower. */
const KEYBOARD_PX = 120;

/** Where things are: the height there is, the phone's tabs, and which of wall and plan has more room. */
export class Layout {
  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts } = console_;
    this.parts = parts;
    this.fit = () => this.#fit();
    window.addEventListener("resize", this.fit);
    window.visualViewport?.addEventListener("resize", this.fit);
    this.sizes = new ResizeObserver(this.fit);
    this.sizes.observe(parts.frame);
    for (const tab of [parts.tabWall, parts.tabPlan, parts.tabFound]) tab.addEventListener("click", () => this.showTab(must(tab.dataset.view)));
    parts.planGrow.addEventListener("click", () => this.togglePlan());
    this.#fit();
  }

  showTab(/** @type {string} */ view) {
    const { console: root } = this.parts;
    if (root.dataset.tab === view) return;
    this.show(view, must(root.dataset.side));
    this.#note(view);
  }

  /** The plan gets the larger share, or gives it back; on a phone it is the tab that changes. */
  togglePlan() {
    const { console: root } = this.parts;
    const isPlan = this.isNarrow ? root.dataset.tab !== "plan" : root.dataset.side !== "plan";
    if (this.isNarrow) return this.showTab(isPlan ? "plan" : "wall");
    this.show(must(root.dataset.tab), isPlan ? "plan" : "both");
    this.#note(isPlan ? "plan" : "both");
  }

  /** Arrange the console, without an event: the phone's tab, and whether the plan has the larger share. */
  show(/** @type {string} */ view, /** @type {string} */ side) {
    const { console: root, tabWall, tabPlan, tabFound, planGrow } = this.parts;
    Object.assign(root.dataset, { tab: view, side });
    for (const tab of [tabWall, tabPlan, tabFound]) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
    planGrow.setAttribute("aria-pressed", String(side === "plan"));
  }

  #note(/** @type {string} */ name) {
    this.console.send("view", /** @type {ViewPayload} */ ({ name }));
  }

  get isNarrow() { return getComputedStyle(this.parts.console).getPropertyValue("--is-narrow").trim() === "1"; }

  destroy() {
    window.removeEventListener("resize", this.fit);
    window.visualViewport?.removeEventListener("resize", this.fit);
    this.sizes.disconnect();
  }

  /** Fill the window from the console's top to its bottom edge, so that the page itself need not scroll. */
  #fit() {
    const { frame } = this.parts;
    const scroller = /** @type {ShadowRoot} */ (frame.getRootNode()).host?.closest("[data-testid=stMain]");
    const top = frame.getBoundingClientRect().top + (scroller?.scrollTop ?? window.scrollY);
    const seenPx = this.#seenPx;
    const lowest = seenPx < PHONE_HEIGHT_PX ? LOWEST_PHONE_PX : LOWEST_PX;
    const height = Math.max(lowest, Math.floor(seenPx - top - BOTTOM_PX));
    if (frame.style.height !== `${height}px`) frame.style.height = `${height}px`;
    const isCovered = window.innerHeight - seenPx > KEYBOARD_PX;
    frame.dataset.keyboard = String(isCovered);
    if (isCovered) frame.style.setProperty("--sheet-height", `${Math.floor(seenPx) - 2 * BOTTOM_PX}px`);
    else frame.style.removeProperty("--sheet-height");
  }

  /** How much of the window's height is seen: on an iPhone the keyboard lies over it. A page looked at closer is whole. */
  get #seenPx() {
    const seen = window.visualViewport;
    return seen && Math.abs(seen.scale - 1) < 0.01 ? Math.min(seen.height, window.innerHeight) : window.innerHeight;
  }
}

const LOOK_MS = 1000;
const SLEPT_MS = 5000;
const CLOSE_DIALOG = "[data-testid=stDialog] button[aria-label=Close]";

/** What happens to the page around the console: out of sight and back, left, back from the cache, online, covered. */
export class PageWatch {
  #lookTimer = 0;
  #lookedAt = Date.now();
  /** @type {number|null} */ #speedBeforeHidden = null;
  #listeners = new AbortController();

  /**
   * Closes what Streamlit opens when its line is cut: it lies unseen behind the console, makes the console deaf and takes
   * the next press. The console says itself that it is offline and what waits.
   */
  #dialogs = new MutationObserver(() => /** @type {HTMLElement|null} */ (document.querySelector(CLOSE_DIALOG))?.click());

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { link } = console_;
    const { signal } = this.#listeners;
    window.addEventListener("pagehide", () => console_.isRunning && console_.leave(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && link.lead(), { signal });
    window.addEventListener("online", () => link.flush(), { signal });
    document.addEventListener("visibilitychange", () => this.#meetVisibility(), { signal });
    this.#dialogs.observe(document.body, { childList: true, subtree: true });
    this.#lookTimer = setInterval(() => this.#lookForSleep(), LOOK_MS);
  }

  destroy() {
    this.#listeners.abort();
    this.#dialogs.disconnect();
    clearInterval(this.#lookTimer);
  }

  /** The wall clock has jumped: the computer slept. The server is asked at once how much time is left. */
  #lookForSleep() {
    const now = Date.now();
    const hasSlept = now - this.#lookedAt > SLEPT_MS;
    this.#lookedAt = now;
    if (hasSlept && this.console.isRunning) this.console.link.flush();
  }

  /** Nothing plays out of sight; back in sight it goes on as it was. */
  #meetVisibility() {
    const { isRunning, transport, link } = this.console;
    const { playback } = transport;
    if (!isRunning) return;
    if (document.hidden) {
      this.#speedBeforeHidden = playback.isPlaying ? playback.speed : null;
      transport.pause();
      this.console.send("hidden", {});
      link.flush();
      return;
    }
    this.console.send("visible", {});
    if (this.#speedBeforeHidden !== null) transport.play(this.#speedBeforeHidden);
    this.#speedBeforeHidden = null;
  }
}
