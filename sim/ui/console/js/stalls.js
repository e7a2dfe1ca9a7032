/**
 * Waiting for footage: said while it lasts. When playing has to wait it is noted in the log, and said calmly when the
 * connection is the limit.
 */

const LEAST_S = 0.5;
const PART_S = 10;
const SAID_AFTER_S = 1;
const RECENT_S = 40;
const MANY_S = 4;

export class Stalls {
  /** @type {number|null} */
  #sinceMs = null;
  #t_s = 0;
  /** @type {{atMs: number, seconds: number}[]} */
  #recent = [];
  #isDismissed = false;
  /** @type {number|null} */
  #lateSinceMs = null;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
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

  /** @param {number} waitedS @param {number} nowMs */
  #note(waitedS, nowMs) {
    const seconds = Math.round(waitedS * 100) / 100;
    this.count++;
    this.seconds += seconds;
    this.#recent.push({ atMs: nowMs, seconds });
    this.console.send("stall", { t_s: this.#t_s, seconds });
  }

  /** @param {number} waitedS @param {number} nowMs */
  #say(waitedS, nowMs) {
    const { stageNotes, picture, saveData } = this.console;
    this.#recent = this.#recent.filter(({ atMs }) => nowMs - atMs < RECENT_S * 1000);
    const recentS = waitedS + this.#recent.reduce((sum, { seconds }) => sum + seconds, 0);
    const text = waitedS >= SAID_AFTER_S ? "Waiting for footage" : this.#describeLate(nowMs);
    stageNotes.show("waiting", text ? { text, icon: "saving" } : null);
    const isSlow = recentS >= MANY_S && !this.#isDismissed && !picture.isSaving;
    const dismiss = () => (this.#isDismissed = true);
    const save = { label: "Low-data mode", run: () => saveData?.set(true) };
    /** @type {StageNote} */
    const note = { text: "The connection is slow here.", icon: "quality", actions: [...(saveData ? [save] : []), { label: "Leave it", run: dismiss }] };
    stageNotes.show("slow", isSlow ? note : null);
  }

  /**
   * Standing still: which pictures of which time have not come, once that has taken a while; the clock shows another
   * meanwhile.
   * @param {number} nowMs
   */
  #describeLate(nowMs) {
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
