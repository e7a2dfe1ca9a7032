/** The transport and its toolbar: what buttons, keys and the timeline do to the clock, and the events they leave. */

import { clamp, make } from "./dom.js";
import { makeIcon } from "./icons.js";
import { findJump } from "./profile.js";

const STEP_GATHER_MS = 300;
const TICK_MS = 1000;

/** @typedef {"play"|"pause"|"jump"|"speed"|"end"} TransportChange */

export class Transport {
  /** @type {Clock} */ playback;
  #stepped = 0;
  #stepTimer = 0;
  #tickTimer = 0;
  /** @type {{from_s: number, speed: number|null}|null} */ #scrub = null;

  /**
   * @param {object} options
   * @param {Clock} options.playback
   * @param {number[]} options.speeds rates that may be played, negative ones backwards
   * @param {SendEvent} options.emit
   * @param {() => boolean} options.isLive false while the console may not be used
   * @param {(kind: "play"|"pause"|"jump"|"speed"|"end") => void} options.onChange
   */
  constructor({ playback, speeds, emit, isLive, onChange }) {
    this.use(playback);
    this.emit = emit;
    this.isLive = isLive;
    this.onChange = onChange;
    this.speeds = speeds.filter((each) => each > 0).sort((a, b) => a - b);
    this.reverseSpeeds = speeds.filter((each) => each < 0).sort((a, b) => b - a);
    this.forwardSpeed = 1;
  }

  use(/** @type {Clock} */ playback) {
    this.playback = playback;
    playback.onEnd = () => {
      this.#notePause();
      this.onChange("end");
    };
  }

  play(/** @type {number} */ speed = this.forwardSpeed) {
    if (!this.isLive()) return;
    this.#flushSteps();
    if (speed > 0) this.forwardSpeed = speed;
    const wasPlaying = this.playback.isPlaying;
    const t_s = this.playback.shownS;
    if (!this.playback.play(speed)) return this.onChange("end");
    if (wasPlaying) this.emit("speed", { t_s, speed });
    else this.emit("play", { t_s, speed });
    this.#startTicks();
    this.onChange("play");
  }

  pause() {
    if (!this.playback.isPlaying) return;
    this.playback.pause();
    this.#notePause();
  }

  pauseAt(/** @type {number} */ frame) {
    if (!this.playback.isPlaying) return;
    this.playback.pause();
    this.playback.seekTo(frame / this.playback.fps);
    this.#notePause();
  }

  toggle() {
    if (this.playback.isPlaying) this.pause();
    else this.play();
  }

  /** J and L: start at 1x in that direction, then double with each press. @param {number} direction */
  shuttle(direction) {
    const { isPlaying, speed } = this.playback;
    const speeds = direction > 0 ? this.speeds.filter((each) => each >= 1) : this.reverseSpeeds;
    if (!speeds.length) return;
    const isSameWay = isPlaying && Math.sign(speed) === direction;
    const next = isSameWay ? speeds[Math.min(speeds.length - 1, speeds.findIndex((each) => Math.abs(each) > Math.abs(speed)))] : speeds[0];
    this.play(next ?? speeds.at(-1));
  }

  /** Slower or faster by one place of the list; paused, it sets what Play will use. @param {number} places */
  changeSpeed(places) {
    const { isPlaying, speed } = this.playback;
    const current = isPlaying ? speed : this.forwardSpeed;
    const list = current > 0 ? this.speeds : this.reverseSpeeds;
    this.setSpeed(list[clamp(list.indexOf(current) + places, 0, list.length - 1)]);
  }

  setSpeed(/** @type {number} */ speed) {
    if (this.playback.isPlaying || speed < 0) this.play(speed);
    else {
      this.forwardSpeed = speed;
      this.playback.speed = speed;
      this.emit("speed", { t_s: this.playback.shownS, speed });
      this.onChange("speed");
    }
  }

  step(/** @type {number} */ frames) {
    if (!this.isLive()) return;
    this.pause();
    this.playback.step(frames);
    this.#stepped += frames;
    clearTimeout(this.#stepTimer);
    this.#stepTimer = setTimeout(() => this.#flushSteps(), STEP_GATHER_MS);
    this.onChange("jump");
  }

  /** From where the clock is bound, so that jumps in quick succession add up. @param {number} seconds */
  jumpBy(seconds) {
    this.seekTo(this.playback.clockS + seconds);
  }

  seekTo(/** @type {number} */ timeS, /** @type {{by?: string}} */ more = {}) {
    if (!this.isLive()) return;
    this.#flushSteps();
    const from_s = this.playback.shownS;
    const { fps, frameCount } = this.playback;
    const t_s = clamp(Math.floor(timeS * fps + 1e-3), 0, frameCount - 1) / fps;
    this.playback.seekTo(t_s);
    this.emit("seek", { from_s, t_s, ...more });
    this.onChange("jump");
  }

  scrubStart() {
    if (!this.isLive()) return;
    this.#flushSteps();
    this.#scrub = { from_s: this.playback.shownS, speed: this.playback.isPlaying ? this.playback.speed : null };
    if (this.playback.isPlaying) this.pause();
  }

  scrubTo(/** @type {number} */ timeS) {
    if (!this.#scrub) return;
    this.playback.seekTo(timeS);
    this.onChange("jump");
  }

  scrubEnd() {
    if (!this.#scrub) return;
    const { from_s, speed } = this.#scrub;
    this.#scrub = null;
    const t_s = Math.floor(this.playback.clockS * this.playback.fps + 1e-3) / this.playback.fps;
    this.emit("seek", { from_s, t_s });
    if (speed !== null) this.play(speed);
    this.onChange("jump");
  }

  /** Back to where the scrub began: it was not meant. */
  scrubCancel() {
    if (!this.#scrub) return;
    const { from_s, speed } = this.#scrub;
    this.#scrub = null;
    this.playback.seekTo(from_s);
    if (speed !== null) this.play(speed);
    this.onChange("jump");
  }

  destroy() {
    clearTimeout(this.#stepTimer);
    clearInterval(this.#tickTimer);
  }

  #startTicks() {
    clearInterval(this.#tickTimer);
    this.#tickTimer = setInterval(() => {
      const { shownS: t_s, speed, isPlaying } = this.playback;
      if (isPlaying && this.isLive()) this.emit("play", { t_s, speed, tick: true });
    }, TICK_MS);
  }

  #notePause() {
    clearInterval(this.#tickTimer);
    this.emit("pause", { t_s: this.playback.shownS });
    this.onChange("pause");
  }

  #flushSteps() {
    clearTimeout(this.#stepTimer);
    if (!this.#stepped) return;
    const frames = this.#stepped;
    this.#stepped = 0;
    this.emit("step", { t_s: Math.floor(this.playback.clockS * this.playback.fps + 1e-3) / this.playback.fps, frames });
  }
}

/** The row of playback buttons, the speed, and the clock that is also the field for a typed time. */
export class Toolbar {
  #isTyping = false;
  #isPointer = false;

  constructor(/** @type {SearchConsole} */ { parts, transport, clock, data }) {
    this.parts = parts;
    this.transport = transport;
    this.clock = clock;
    const { profile } = data;
    const press = {
      reverse: () => transport.shuttle(-1),
      backTen: () => transport.jumpBy(-findJump(profile, true)),
      backOne: () => transport.jumpBy(-findJump(profile, false)),
      frameBack: () => transport.step(-1),
      play: () => transport.toggle(),
      frameForward: () => transport.step(1),
      forwardOne: () => transport.jumpBy(findJump(profile, false)),
      forwardTen: () => transport.jumpBy(findJump(profile, true)),
    };
    for (const [name, run] of Object.entries(press)) parts[/** @type {keyof typeof press} */ (name)].addEventListener("click", run);
    this.#fillSpeeds();
    this.#listenToClock();
    this.showState();
  }

  showTime(/** @type {number} */ timeS) {
    if (this.#isTyping) return;
    const words = this.clock.words(timeS);
    if (this.parts.clockField.value !== words) this.parts.clockField.value = words;
  }

  showState() {
    const { play, playIcon, speed } = this.parts;
    const { isPlaying, speed: current } = this.transport.playback;
    const state = isPlaying ? "pause" : "play";
    if (play.dataset.state !== state) {
      play.dataset.state = state;
      play.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
      playIcon.replaceChildren(makeIcon(state));
    }
    speed.value = String(isPlaying ? current : this.transport.forwardSpeed);
  }

  #fillSpeeds() {
    const { speed } = this.parts;
    const { speeds, reverseSpeeds } = this.transport;
    const words = (/** @type {number} */ each) => (each < 0 ? `−${-each}×` : `${each}×`);
    const options = [...[...reverseSpeeds].reverse(), ...speeds].map((each) => make("option", { value: String(each), text: words(each) }));
    speed.replaceChildren(...options);
    speed.addEventListener("pointerdown", () => (this.#isPointer = true));
    speed.addEventListener("keydown", () => (this.#isPointer = false));
    speed.addEventListener("change", () => {
      this.transport.setSpeed(Number(speed.value));
      if (this.#isPointer) speed.blur();
    });
  }

  #listenToClock() {
    const { clockField } = this.parts;
    clockField.addEventListener("focus", () => {
      this.#isTyping = true;
      clockField.select();
    });
    clockField.addEventListener("blur", () => {
      this.#isTyping = false;
      this.#sayProblem("");
    });
    clockField.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#go();
      else if (event.key === "Escape") clockField.blur();
    });
  }

  #go() {
    const { clockField } = this.parts;
    const { timeS, problem } = this.clock.parse(clockField.value, this.transport.playback.clockS);
    this.#sayProblem(problem ?? "");
    if (timeS === undefined) return;
    this.transport.seekTo(timeS);
    clockField.blur();
  }

  #sayProblem(/** @type {string} */ words) {
    const { clockField, clockProblem } = this.parts;
    clockProblem.textContent = words;
    clockProblem.hidden = words === "";
    clockField.toggleAttribute("aria-invalid", words !== "");
  }
}
