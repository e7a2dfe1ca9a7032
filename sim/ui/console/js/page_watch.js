/** What happens to the page around the console: out of sight and back, left, back from the browser's cache, online. */

const LOOK_MS = 1000;
const SLEPT_MS = 5000;

export class PageWatch {
  #lookTimer = 0;
  #lookedAt = Date.now();
  #speedBeforeHidden = null;
  #listeners = new AbortController();

  /**
   * @param {object} options
   * @param {import("./transport.js").Transport} options.transport
   * @param {() => boolean} options.isRunning whether the attempt runs
   * @param {(kind: string) => void} options.send leaves an event
   * @param {import("./attempt_link.js").AttemptLink} options.link
   * @param {() => void} options.onLeave the page goes away
   */
  constructor({ transport, isRunning, send, link, onLeave }) {
    Object.assign(this, { transport, isRunning, send, link });
    const { signal } = this.#listeners;
    window.addEventListener("pagehide", () => isRunning() && onLeave(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && link.lead(), { signal });
    window.addEventListener("online", () => link.flush(), { signal });
    document.addEventListener("visibilitychange", () => this.#meetVisibility(), { signal });
    this.#lookTimer = setInterval(() => this.#lookForSleep(), LOOK_MS);
  }

  destroy() {
    this.#listeners.abort();
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
