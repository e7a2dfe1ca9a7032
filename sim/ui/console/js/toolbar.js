/** The row of playback buttons, the speed, and the clock that is also the field for a typed time. */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";
import { findJump } from "./profile.js";

export class Toolbar {
  #isTyping = false;
  #isPointer = false;

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {import("./transport.js").Transport} options.transport
   * @param {import("./site_clock.js").SiteClock} options.clock
   * @param {Profile} options.profile
   */
  constructor({ parts, transport, clock, profile }) {
    this.parts = parts;
    this.transport = transport;
    this.clock = clock;
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

  /** The time on screen; left alone while a time is being typed. @param {number} timeS */
  showTime(timeS) {
    if (this.#isTyping) return;
    const words = this.clock.words(timeS);
    if (this.parts.clockField.value !== words) this.parts.clockField.value = words;
  }

  /** Play or pause, and the speed, as they are now. */
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
    /** @param {number} each */
    const words = (each) => (each < 0 ? `−${-each}×` : `${each}×`);
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

  /** @param {string} words */
  #sayProblem(words) {
    const { clockField, clockProblem } = this.parts;
    clockProblem.textContent = words;
    clockProblem.hidden = words === "";
    clockField.toggleAttribute("aria-invalid", words !== "");
  }
}
