/** Where things are: the height there is, the phone's tabs, and which of wall and plan has more room. */

import { must } from "./dom.js";

const BOTTOM_PX = 4;
const LOWEST_PX = 520;
const LOWEST_PHONE_PX = 300;
const PHONE_HEIGHT_PX = 480;
/** What is missing of the window when a keyboard lies over it, at least; bars of the browser are lower. */
const KEYBOARD_PX = 120;

export class Layout {
  /** @param {Parts} parts elements by `data-part` @param {(name: string) => void} onView a view was chosen */
  constructor(parts, onView) {
    this.parts = parts;
    this.onView = onView;
    this.fit = () => this.#fit();
    window.addEventListener("resize", this.fit);
    window.visualViewport?.addEventListener("resize", this.fit);
    this.sizes = new ResizeObserver(this.fit);
    this.sizes.observe(parts.frame);
    for (const tab of [parts.tabWall, parts.tabPlan, parts.tabFound]) {
      tab.addEventListener("click", () => this.showTab(must(tab.dataset.view)));
    }
    parts.planGrow.addEventListener("click", () => this.togglePlan());
    this.#fit();
  }

  /** Phone: what lies below the picture. @param {string} view */
  showTab(view) {
    const { console: root } = this.parts;
    if (root.dataset.tab === view) return;
    this.show(view, must(root.dataset.side));
    this.onView(view);
  }

  /** The plan gets the larger share, or gives it back; on a phone it is the tab that changes. */
  togglePlan() {
    const { console: root } = this.parts;
    const isPlan = this.isNarrow ? root.dataset.tab !== "plan" : root.dataset.side !== "plan";
    if (this.isNarrow) {
      this.showTab(isPlan ? "plan" : "wall");
      return;
    }
    this.show(must(root.dataset.tab), isPlan ? "plan" : "both");
    this.onView(isPlan ? "plan" : "both");
  }

  /**
   * Arrange the console, without an event: the phone's tab, and whether the plan has the larger share.
   * @param {string} view
   * @param {string} side
   */
  show(view, side) {
    const { console: root, tabWall, tabPlan, tabFound, planGrow } = this.parts;
    Object.assign(root.dataset, { tab: view, side });
    for (const tab of [tabWall, tabPlan, tabFound]) tab.setAttribute("aria-pressed", String(tab.dataset.view === view));
    planGrow.setAttribute("aria-pressed", String(side === "plan"));
  }

  get isNarrow() {
    return getComputedStyle(this.parts.console).getPropertyValue("--is-narrow").trim() === "1";
  }

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
