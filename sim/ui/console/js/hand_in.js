/** Handing in: a last look at what is missing, the final place, and one button that ends the drill. */

import { make, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { countdownWords } from "./site_clock.js";

export class HandIn {
  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {Task} options.task the task of the console's data
   * @param {Site} options.site its zones are the choice of the final place, floor by floor
   * @param {import("./site_clock.js").SiteClock} options.clock
   * @param {() => void} options.onOpen a last look begins: what is under way is to be finished
   * @param {() => {marks: ListedMark[], given: string[], leftMs: number}} options.getWork `given`: what else is handed in, in sentences
   * @param {() => string[]} options.listMissing what else is not answered, each a sentence
   * @param {(answer: {final_zone: string|null, not_on_camera: boolean}) => void} options.onSubmit
   * @param {() => void} options.onRemoveMarks takes one's own marks away
   * @param {Kept} options.storage keeps what is chosen here over a reload
   * @param {string} options.attemptId
   * @param {boolean} options.isUnscored nothing is asked for, so nothing is missing
   */
  constructor({ parts, task, site, clock, onOpen, getWork, listMissing, onSubmit, onRemoveMarks, storage, attemptId, isUnscored }) {
    this.parts = parts;
    this.task = task;
    this.clock = clock;
    this.onOpen = onOpen;
    this.getWork = getWork;
    this.listMissing = listMissing;
    this.onSubmit = onSubmit;
    this.onRemoveMarks = onRemoveMarks;
    this.storage = storage;
    this.isUnscored = isUnscored;
    this.draftKey = `sightline-draft-${attemptId}`;
    this.#fillZones(site);
    parts.handIn.addEventListener("click", () => this.open());
    parts.handInBack.addEventListener("click", () => parts.handInSheet.close());
    parts.handInSheet.addEventListener("cancel", (event) => parts.handInBack.disabled && event.preventDefault());
    parts.handInSheet.addEventListener("submit", (event) => this.#submit(event));
    for (const field of [parts.finalZone, parts.notOnCamera]) field.addEventListener("change", () => this.#keepDraft());
    parts.handInSheet.addEventListener("change", () => this.#review());
  }

  /**
   * Put back what was chosen before a reload: here, or as the server stored it.
   * @param {{finalZone: string|null, notOnCamera: boolean}} stored
   */
  setDraft(stored) {
    const kept = this.storage.getItem(this.draftKey);
    const { finalZone, notOnCamera } = kept === null ? stored : JSON.parse(kept);
    this.parts.finalZone.value = finalZone ?? "";
    this.parts.notOnCamera.checked = notOnCamera;
  }

  open() {
    this.onOpen();
    this.#review();
    this.setBusy("");
    if (!this.parts.handInSheet.open) this.parts.handInSheet.showModal();
  }

  /** While the answer is on its way: words beside the buttons, and no way back. @param {string} words */
  setBusy(words) {
    this.parts.handInWait.textContent = words;
    this.parts.handInNow.disabled = words !== "";
    this.parts.handInBack.disabled = words !== "";
  }

  /** @param {Site} site */
  #fillZones({ floors, zones }) {
    const { finalZone, finalZoneField, notOnCamera } = this.parts;
    /** @param {Zone[]} some */
    const list = (some) =>
      [...some].sort((a, b) => a.name.localeCompare(b.name)).map((zone) => make("option", { value: zone.zone_id, text: zone.name }));
    const groups =
      floors.length < 2
        ? list(zones)
        : floors.map(({ floor_id: floorId, name }) => make("optgroup", { label: name }, ...list(zones.filter((zone) => zone.floor === floorId))));
    finalZone.replaceChildren(make("option", { value: "", text: "Choose a location" }), ...groups);
    finalZoneField.hidden = this.isUnscored || !this.task.answer_form.asks_final_zone;
    must(notOnCamera.parentElement).hidden = this.isUnscored || !this.task.answer_form.asks_absent;
  }

  #answer() {
    const { finalZone, notOnCamera } = this.parts;
    return { final_zone: finalZone.value || null, not_on_camera: notOnCamera.checked };
  }

  #keepDraft() {
    const answer = this.#answer();
    const draft = { finalZone: answer.final_zone, notOnCamera: answer.not_on_camera };
    this.storage.setItem(this.draftKey, JSON.stringify(draft));
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.onSubmit(this.#answer());
  }

  #review() {
    const { marks, given, leftMs } = this.getWork();
    const { handInSummary, handInMissing, handInNow } = this.parts;
    const cameras = new Set(marks.map((mark) => mark.camera_id)).size;
    const counted = `${marks.length} mark${marks.length === 1 ? "" : "s"} on ${cameras} camera${cameras === 1 ? "" : "s"}`;
    const asksMarks = this.task.answer_form.marks !== "none";
    const summary = asksMarks ? `${marks.length ? counted : "No marks"}. ` : "";
    handInSummary.textContent = [`${summary}${countdownWords(leftMs)} left.`, ...given].join(" ");
    const missing = this.#findMissing(marks);
    const contradiction = this.#findContradiction(marks);
    const items = missing.map((text) => make("li", {}, makeIcon("warn"), make("span", { text })));
    handInMissing.replaceChildren(...(contradiction ? [contradiction] : []), ...items);
    handInMissing.hidden = handInMissing.children.length === 0;
    handInNow.textContent = handInMissing.hidden ? "Submit" : "Submit anyway";
  }

  /**
   * Marks, and the word that there is nobody to mark: asked about, with a way out on either side.
   * @param {ListedMark[]} marks
   */
  #findContradiction(marks) {
    if (this.isUnscored || !marks.length || !this.#answer().not_on_camera) return null;
    const counted = marks.length === 1 ? "1 mark" : `${marks.length} marks`;
    const text = `You made ${counted} and also said that the student doesn't appear on any camera. Which is it? A drill with both doesn't pass.`;
    const untick = () => {
      this.parts.notOnCamera.checked = false;
      this.#keepDraft();
    };
    /** @param {string} label @param {() => void} run */
    const choose = (label, run) => make("button", { type: "button", class: "button", text: label, on: { click: () => (run(), this.#review()) } });
    const buttons = [choose("The student does appear", untick)];
    if (marks.some((mark) => !mark.own_id || mark.mark_id === mark.own_id)) buttons.push(choose("Remove my marks", this.onRemoveMarks));
    return make("li", { "data-part": "handInContradiction" }, makeIcon("warn"), make("span", {}, text, make("span", { class: "missing-choices" }, ...buttons)));
  }

  /** @param {ListedMark[]} marks */
  #findMissing(marks) {
    if (this.isUnscored) return [];
    const answer = this.#answer();
    const { marks: asked, items, clips, asks_final_zone: asksZone, asks_absent: asksAbsent } = this.task.answer_form;
    const missing = answer.not_on_camera ? [] : this.listMissing();
    const asksMarks = asked !== "none" && !items.length && !clips;
    if (asksMarks && !marks.length && !answer.not_on_camera) {
      missing.push(`Nothing is marked.${asksAbsent ? " Mark the student where you see them, or tick that they are on no camera." : ""}`);
    }
    if (asksZone && !answer.final_zone && !answer.not_on_camera) {
      missing.push("Choose where the student ended up.");
    }
    const [fromS, toS] = this.task.window_s;
    const outside = marks.filter((mark) => mark.t_s < fromS || mark.t_s > toS).length;
    if (outside) {
      const verb = outside === 1 ? "mark is" : "marks are";
      missing.push(`${outside} ${verb} outside the time asked for, ${this.clock.words(fromS)} to ${this.clock.words(toS)}.`);
    }
    return missing;
  }
}
