/** What a person is told and may choose about the footage: waiting, low data, figures, its end, thumbnails ahead. */

import { make, must } from "./dom.js";

const LEAST_S = 0.5;
const PART_S = 10;
const SAID_AFTER_S = 1;
const RECENT_S = 40;
const MANY_S = 4;

/** Waiting for footage is said while it lasts and noted in the log; a slow connection is said calmly. */
export class Stalls {
  /** @type {number|null} */ #sinceMs = null;
  #t_s = 0;
  /** @type {{atMs: number, seconds: number}[]} */ #recent = [];
  #isDismissed = false;
  /** @type {number|null} */ #lateSinceMs = null;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    this.count = 0;
    this.seconds = 0;
  }

  tick() {
    const { picture, isLive } = this.console;
    const { playback } = picture;
    const isWaiting = isLive && playback.isPlaying && playback.isStalled;
    const nowMs = performance.now();
    if (isWaiting && this.#sinceMs === null) {
      this.#sinceMs = nowMs;
      this.#t_s = playback.shownS;
    }
    const waitedS = this.#sinceMs === null ? 0 : (nowMs - this.#sinceMs) / 1000;
    if (this.#sinceMs !== null && (!isWaiting || waitedS >= PART_S)) {
      this.#sinceMs = isWaiting ? nowMs : null;
      if (waitedS >= LEAST_S) this.#note(waitedS, nowMs);
    }
    this.#say(waitedS, nowMs);
  }

  #note(/** @type {number} */ waitedS, /** @type {number} */ nowMs) {
    const seconds = Math.round(waitedS * 100) / 100;
    this.count++;
    this.seconds += seconds;
    this.#recent.push({ atMs: nowMs, seconds });
    this.console.send("stall", { t_s: this.#t_s, seconds });
  }

  #say(/** @type {number} */ waitedS, /** @type {number} */ nowMs) {
    const { stageNotes, picture } = this.console;
    this.#recent = this.#recent.filter(({ atMs }) => nowMs - atMs < RECENT_S * 1000);
    const recentS = waitedS + this.#recent.reduce((sum, { seconds }) => sum + seconds, 0);
    const text = waitedS >= SAID_AFTER_S ? "Waiting for footage" : this.#describeLate(nowMs);
    stageNotes.show("waiting", text ? { text, icon: "saving" } : null);
    const isSlow = recentS >= MANY_S && !this.#isDismissed && !picture.isSaving;
    const dismiss = () => (this.#isDismissed = true);
    const lowData = this.console.find(SaveData);
    const save = { label: "Low-data mode", run: () => lowData?.set(true) };
    /** @type {StageNote} */
    const note = { text: "The connection is slow here.", icon: "quality", actions: [...(lowData ? [save] : []), { label: "Leave it", run: dismiss }] };
    stageNotes.show("slow", isSlow ? note : null);
  }

  /** Standing still: which pictures of which time have not come; the clock shows another meanwhile. */
  #describeLate(/** @type {number} */ nowMs) {
    const { picture, clock } = this.console;
    const { playback, main } = picture;
    const late = playback.isPlaying ? [] : picture.lateScreens.filter((each) => each.trouble === null);
    if (!late.length) this.#lateSinceMs = null;
    else this.#lateSinceMs ??= nowMs;
    if (this.#lateSinceMs === null || nowMs - this.#lateSinceMs < SAID_AFTER_S * 1000) return "";
    const screen = late.find((each) => each === main) ?? late[0];
    const isMain = screen === main;
    const when = clock.words(playback.frameFor(screen) / playback.fps);
    if (screen.isReopening) return `Opening ${isMain ? "this camera" : "the wall"} again at ${when}`;
    return `Waiting for ${isMain ? "the picture" : "the wall"} at ${when}`;
  }
}

const KEY = "sightline-quality";

/** Save data: the main picture is the wall's small one, enlarged, and nothing but the wall is fetched. */
export class SaveData {
  static isOffered(/** @type {ConsoleData} */ { profile }) { return profile.sync; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const label = "Low-data mode: the wall's small picture, enlarged";
    this.show = console_.tools.add({ name: "quality", icon: "quality", label, key: "q", run: () => this.#toggle() });
    this.actions = { saveData: () => this.#toggle() };
    const isKept = !console_.data.replay && console_.storage.getItem(KEY) === "saving";
    if (isKept) this.#apply(true);
  }

  set(/** @type {boolean} */ isOn) {
    const { picture, isLive, sayings, storage } = this.console;
    if (!isLive || isOn === picture.isSaving) return;
    if (isOn && picture.playback.isPinned) {
      sayings.toast("The wall is frozen. Bring it together with the main picture first");
      return;
    }
    storage.setItem(KEY, isOn ? "saving" : "full");
    this.#apply(isOn);
    this.console.send("quality", { level: isOn ? "saving" : "full" });
    sayings.toast(isOn ? "Low-data mode: the main picture is the wall's, enlarged" : "Full main picture again");
  }

  #toggle() {
    this.set(!this.console.picture.isSaving);
  }

  #apply(/** @type {boolean} */ isOn) {
    this.console.picture.setSaving(isOn);
    this.show(isOn);
  }
}

const EVERY_MS = 250;

/** What the player is doing, in figures: for anyone who wants to know why a picture is late. Off until asked for. */
export class PlayerDetails {
  #shownAtMs = 0;

  constructor(/** @type {SearchConsole} */ console_) {
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
    const { picture } = this.console;
    const stalls = must(this.console.find(Stalls));
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

/** A camera whose footage ends before the recording does: its last picture stays, and it is said that it is old. */
export class FootageEnd {
  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
  }

  tick() {
    const { picture, stageNotes, clock } = this.console;
    const { main, playback } = picture;
    const lastFrame = main.lastFrame;
    const isOver = main.hasPicture && playback.askedFrame > lastFrame;
    const text = isOver ? `This camera's footage ends at ${clock.words(lastFrame / playback.fps)}` : "";
    stageNotes.show("end", isOver ? { text, icon: "warn" } : null);
  }
}

const AFTER_MS = 700;

/** Fetches the chosen camera's sheet of thumbnails once its picture is there, so that the timeline shows them at once. */
export class SheetPreload {
  /** @type {string|null} */ #cameraId = null;
  /** @type {number|null} */ #shownSinceMs = null;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
  }

  setCamera(/** @type {string|null} */ cameraId) {
    this.#cameraId = navigator.connection?.saveData ? null : cameraId;
    this.#shownSinceMs = null;
  }

  /** The footage comes first: the sheet waits until the picture has stood or run for a while. */
  tick() {
    if (this.#cameraId === null) return;
    const { parts, sheets } = this.console;
    if (parts.stage.dataset.showing !== "true") {
      this.#shownSinceMs = null;
      return;
    }
    this.#shownSinceMs ??= performance.now();
    if (performance.now() - this.#shownSinceMs < AFTER_MS) return;
    sheets.preload(this.#cameraId);
    this.#cameraId = null;
  }
}
