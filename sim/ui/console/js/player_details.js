/** What the player is doing, in figures: for anyone who wants to know why a picture is late. Off until asked for. */

import { make } from "./dom.js";

const EVERY_MS = 250;

export class PlayerDetails {
  #shownAtMs = 0;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    this.rows = make("dl", { class: "player-rows" });
    this.panel = make("div", { class: "player-details", "data-part": "playerDetails", "aria-label": "Player details", role: "group", hidden: true }, this.rows);
    console_.parts.stage.append(this.panel);
    this.show = console_.tools.add({ name: "details", icon: "debug", label: "Player details", key: "d", run: () => this.#toggle() });
    this.actions = { playerDetails: () => this.#toggle() };
  }

  tick() {
    const nowMs = performance.now();
    if (this.panel.hidden || nowMs - this.#shownAtMs < EVERY_MS) return;
    this.#shownAtMs = nowMs;
    const words = this.#describe().flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value })]);
    this.rows.replaceChildren(...words);
  }

  #toggle() {
    this.panel.hidden = !this.panel.hidden;
    this.show(!this.panel.hidden);
  }

  #describe() {
    const { picture, stalls } = this.console;
    const { playback, main, walls } = picture;
    const [wall] = walls;
    const drift = main.hasPicture && wall.hasPicture ? main.frame - wall.frame - playback.mainOffset : 0;
    const open = playback.openScreens.filter((screen) => screen === wall || screen === main);
    /** @param {(screen: FootageScreen) => string|number} read */
    const list = (read) => open.map((screen) => `${screen === main ? "main" : "wall"} ${read(screen)}`).join(", ") || "none";
    return [
      ["Player", `${picture.player === "decoder" ? "WebCodecs" : "video"}${picture.isSaving ? ", save data" : ""}`],
      ["Frames", `asked ${playback.askedFrame}, wall ${wall.frame}, main ${main.frame}`],
      ["Drift", `${drift}${playback.isPinned ? `, pinned ${playback.mainOffset}` : ""}`],
      ["Dropped", list((screen) => screen.dropped)],
      ["Decode queue", list((screen) => screen.queued)],
      ["Buffered", list((screen) => `${screen.bufferedS.toFixed(1)} s`)],
      ["Opened again", list((screen) => screen.reopened)],
      ["Stalls", `${stalls.count}, ${stalls.seconds.toFixed(1)} s`],
    ];
  }
}
