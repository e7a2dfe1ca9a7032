/** What happens to the page around the console: out of sight and back, left, back from the cache, online, covered. */

const LOOK_MS = 1000;
const SLEPT_MS = 5000;
const CLOSE_DIALOG = "[data-testid=stDialog] button[aria-label=Close]";

export class PageWatch {
  #lookTimer = 0;
  #lookedAt = Date.now();
  /** @type {number|null} */
  #speedBeforeHidden = null;
  #listeners = new AbortController();
  #dialogs = new MutationObserver(closeDialogs);

  /**
   * @param {object} options
   * @param {import("./transport.js").Transport} options.transport
   * @param {() => boolean} options.isRunning whether the attempt runs
   * @param {(kind: "hidden"|"visible") => void} options.send leaves an event
   * @param {import("./attempt_link.js").AttemptLink} options.link
   * @param {() => void} options.onLeave the page goes away
   */
  constructor({ transport, isRunning, send, link, onLeave }) {
    this.transport = transport;
    this.isRunning = isRunning;
    this.send = send;
    this.link = link;
    const { signal } = this.#listeners;
    window.addEventListener("pagehide", () => isRunning() && onLeave(), { signal });
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
    if (hasSlept && this.isRunning()) this.link.flush();
  }

  /** Nothing plays out of sight; back in sight it goes on as it was. */
  #meetVisibility() {
    if (!this.isRunning()) return;
    const { playback } = this.transport;
    if (document.hidden) {
      this.#speedBeforeHidden = playback.isPlaying ? playback.speed : null;
      this.transport.pause();
      this.send("hidden");
      this.link.flush();
      return;
    }
    this.send("visible");
    if (this.#speedBeforeHidden !== null) this.transport.play(this.#speedBeforeHidden);
    this.#speedBeforeHidden = null;
  }
}

/**
 * Close what Streamlit opens when its line is cut: it lies unseen behind the console, makes the console deaf and takes
 * the next press. The console says itself that it is offline and what waits.
 */
function closeDialogs() {
  /** @type {HTMLElement|null} */ (document.querySelector(CLOSE_DIALOG))?.click();
}
