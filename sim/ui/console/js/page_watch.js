/** What happens to the page around the console: out of sight and back, left, back from the browser's cache, online. */

export class PageWatch {
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
  }

  destroy() {
    this.#listeners.abort();
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
