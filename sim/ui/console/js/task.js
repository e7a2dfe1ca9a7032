/** The task: what is asked and how much time is left, the note, and handing in. */

import { make, makePushButton, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { countdownWords, spokenDuration } from "./site_clock.js";

const SHORT_MS = 60_000;
const SLACK_MS = 2000;
/** @type {Record<number, string>} */
const SIDES = { 3: "from the front, the back and the left", 1: "from the front" };
const SPOKEN_AT_S = [300, 120, 60, 30, 10];

export class TaskCard {
  #leftMs = Infinity;
  #leftAt = 0;
  #stands = false;
  #spokenS = Infinity;
  #status = "";

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, data } = console_;
    const { task } = data;
    this.parts = parts;
    this.isUp = false;
    parts.taskQuestion.textContent = parts.referenceQuestion.textContent = task.question;
    parts.taskDescriptor.textContent = parts.referenceWords.textContent = task.descriptor;
    for (const line of [parts.taskKnown, parts.referenceKnown]) {
      line.hidden = !task.known;
      line.textContent = task.known?.words ?? "";
    }
    parts.referenceButton.hidden = task.reference_url === null;
    for (const image of task.reference_url === null ? [] : [parts.reference, parts.referenceLarge]) {
      image.src = must(task.reference_url);
      image.alt = `The student to find, ${SIDES[task.photo_count]}. ${task.descriptor}`;
    }
    parts.referenceSides.hidden = task.photo_count !== 3;
    for (const element of [parts.task, parts.referenceSheet]) element.dataset.photos = String(task.photo_count);
    parts.referenceButton.addEventListener("click", () => parts.referenceSheet.showModal());
  }

  setLeft(/** @type {number} */ leftMs, stands = false) {
    this.#leftMs = leftMs;
    this.#stands = stands;
    this.#leftAt = performance.now();
    // a clock that ran on through a pause that this page did not know of
    if (leftMs > SLACK_MS) this.isUp = false;
    this.tick();
  }

  retryPhotos() {
    for (const image of [this.parts.reference, this.parts.referenceLarge]) {
      const src = image.getAttribute("src");
      if (src && image.complete && image.naturalWidth === 0) image.src = src;
    }
  }

  get leftMs() { return Math.max(0, this.#leftMs - (this.#stands ? 0 : performance.now() - this.#leftAt)); }

  tick() {
    if (!Number.isFinite(this.#leftMs)) return;
    const { timeLeft, handInLeft, timeBox, timeNote } = this.parts;
    const leftMs = this.leftMs;
    const words = countdownWords(leftMs);
    if (timeLeft.textContent !== words) {
      timeLeft.textContent = words;
      handInLeft.textContent = `${words} left.`;
    }
    timeBox.dataset.short = String(leftMs < SHORT_MS);
    timeNote.hidden = leftMs >= SHORT_MS;
    this.#speak(leftMs);
    if (leftMs <= 0 && !this.isUp) {
      this.isUp = true;
      this.console.meetTimeUp();
    }
  }

  setStatus(/** @type {SaveState} */ { kind, waiting, text }) {
    const actions = `${waiting} action${waiting === 1 ? "" : "s"}`;
    /** @type {Record<SaveState["kind"], [IconName, string]>} */
    const said = {
      saved: ["saved", "Saved"],
      saving: ["saving", "Saving"],
      held: ["saving", `Paused: ${actions} waiting`],
      offline: ["offline", waiting ? `Offline: ${actions} waiting` : "Offline"],
      expired: ["warn", "Your access has expired. Reload the page to continue; nothing you marked is lost."],
      refused: ["warn", `Not saved: ${text || "the server refused it"}. Reload the page.`],
    };
    const [icon, words] = said[kind];
    if (this.#status === words) return;
    this.#status = words;
    this.parts.status.dataset.kind = kind;
    this.parts.statusIcon.replaceChildren(makeIcon(icon));
    this.parts.statusText.textContent = words;
    if (kind !== "saved" && kind !== "saving" && kind !== "held") this.console.sayings.announce(words);
  }

  #speak(/** @type {number} */ leftMs) {
    const leftS = Math.ceil(leftMs / 1000);
    const due = SPOKEN_AT_S.find((mark) => leftS <= mark && this.#spokenS > mark);
    if (due !== undefined && Number.isFinite(this.#spokenS)) this.console.sayings.announce(`${spokenDuration(leftMs)} left`);
    this.#spokenS = leftS;
  }
}

const QUIET_MS = 800;

/** The note field: sent a moment after the last stroke, or at once when something ends. */
export class Note {
  #timer = 0;
  #isChanged = false;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const field = console_.parts.note;
    must(field.parentElement).hidden = console_.data.is_lesson ?? false;
    field.addEventListener("input", () => {
      this.#isChanged = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.send(), QUIET_MS);
    });
    field.addEventListener("change", () => this.send());
  }

  send() {
    clearTimeout(this.#timer);
    if (!this.#isChanged) return;
    this.#isChanged = false;
    this.console.send("note", { text: this.console.parts.note.value });
  }
}

/** Handing in: a last look at what is missing, the final place, and one button that ends the drill. */
export class HandIn {
  /** What is missing, in a few words each. @type {string[]} */ #lacks = [];
  #isSure = false;

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, data } = console_;
    this.parts = parts;
    this.task = data.task;
    /** Nothing is asked for, so nothing is missing. */
    this.isUnscored = data.mode === "familiarization";
    this.draftKey = `sightline-draft-${data.attempt_id}`;
    this.#fillZones(data.site);
    parts.handIn.addEventListener("click", () => this.open());
    parts.handInBack.addEventListener("click", () => parts.handInSheet.close());
    parts.handInSheet.addEventListener("cancel", (event) => parts.handInBack.disabled && event.preventDefault());
    parts.handInSheet.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.#lacks.length || this.#isSure) this.console.submit(this.#answer());
      else this.#askAgain();
    });
    for (const field of [parts.finalZone, parts.notOnCamera]) field.addEventListener("change", () => this.#keepDraft());
    parts.handInSheet.addEventListener("change", () => this.#review());
  }

  /** Put back what was chosen before a reload: here, or as the server stored it. */
  setDraft(/** @type {Work} */ stored) {
    const kept = this.console.storage.getItem(this.draftKey);
    const { final_zone: zone, not_on_camera: isAbsent } = kept === null ? stored : JSON.parse(kept);
    this.parts.finalZone.value = zone ?? "";
    this.parts.notOnCamera.checked = isAbsent;
  }

  open() {
    this.console.marking.settle();
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

  #fillZones(/** @type {Site} */ { floors, zones }) {
    const { finalZone, finalZoneField, notOnCamera } = this.parts;
    const list = (/** @type {Zone[]} */ some) =>
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
    this.console.storage.setItem(this.draftKey, JSON.stringify(this.#answer()));
  }

  /** Something is missing: one sentence more, and the way back is the nearer one. */
  #askAgain() {
    const { handInSure, handInNow, handInBack } = this.parts;
    handInSure.textContent = `Submit with ${new Intl.ListFormat("en").format(new Set(this.#lacks))}? Nothing can be added after it.`;
    handInNow.textContent = "Yes, submit";
    this.#setSure(true);
    handInBack.focus();
  }

  /** While something is missing the way back is the button that stands out. @param {boolean} isSure */
  #setSure(isSure) {
    const { handInSure, handInNow, handInBack } = this.parts;
    this.#isSure = isSure;
    handInSure.hidden = !isSure;
    handInNow.classList.toggle("button-main", !this.#lacks.length);
    handInBack.classList.toggle("button-main", this.#lacks.length > 0);
  }

  #review() {
    const { marking, features } = this.console;
    const marks = marking.all;
    const given = features.flatMap((feature) => feature.listGiven?.() ?? []);
    const { handInSummary, handInMissing, handInNow } = this.parts;
    const cameras = new Set(marks.map((mark) => mark.camera_id)).size;
    const counted = `${marks.length} mark${marks.length === 1 ? "" : "s"} on ${cameras} camera${cameras === 1 ? "" : "s"}`;
    const asksMarks = this.task.answer_form.marks !== "none";
    const summary = asksMarks ? [`${marks.length ? counted : "No marks"}.`] : [];
    handInSummary.textContent = [...summary, ...given].join(" ");
    const missing = this.#findMissing(marks);
    const contradiction = this.#findContradiction(marks);
    this.#lacks = [...missing.map(({ lack }) => lack), ...(contradiction ? ["marks, and nobody on camera"] : [])];
    const items = missing.map(({ text }) => make("li", {}, makeIcon("warn"), make("span", { text })));
    handInMissing.replaceChildren(...(contradiction ? [contradiction] : []), ...items);
    handInMissing.hidden = handInMissing.children.length === 0;
    handInNow.textContent = handInMissing.hidden ? "Submit" : "Submit anyway";
    this.#setSure(false);
  }

  /** Marks, and the word that there is nobody to mark: asked about, with a way out on either side. */
  #findContradiction(/** @type {ListedMark[]} */ marks) {
    if (this.isUnscored || !marks.length || !this.#answer().not_on_camera) return null;
    const counted = marks.length === 1 ? "1 mark" : `${marks.length} marks`;
    const text = `You made ${counted} and also said that the student doesn't appear on any camera. Which is it? A drill with both doesn't pass.`;
    const untick = () => {
      this.parts.notOnCamera.checked = false;
      this.#keepDraft();
    };
    const choose = (/** @type {string} */ label, /** @type {() => void} */ run) => makePushButton(() => (run(), this.#review()), { text: label });
    const buttons = [choose("The student does appear", untick)];
    if (marks.some((mark) => !mark.own_id || mark.mark_id === mark.own_id)) buttons.push(choose("Remove my marks", () => this.console.marking.removeAll()));
    return make("li", { "data-part": "handInContradiction" }, makeIcon("warn"), make("span", {}, text, make("span", { class: "missing-choices" }, ...buttons)));
  }

  #findMissing(/** @type {ListedMark[]} */ marks) {
    if (this.isUnscored) return [];
    const answer = this.#answer();
    const { marks: asked, items, clips, asks_final_zone: asksZone, asks_absent: asksAbsent } = this.task.answer_form;
    const { picture, features, clock } = this.console;
    const tapped = picture.stage.pending.spot ? [{ text: "The spot you tapped last is not marked.", lack: "a spot not marked" }] : [];
    const unanswered = features.flatMap((feature) => feature.listMissing?.() ?? []).map((text) => ({ text, lack: "answers missing" }));
    const missing = answer.not_on_camera ? [] : [...tapped, ...unanswered];
    const asksMarks = asked !== "none" && !items.length && !clips;
    if (asksMarks && !marks.length && !answer.not_on_camera) {
      const text = `Nothing is marked.${asksAbsent ? " Mark the student where you see them, or tick that they are on no camera." : ""}`;
      missing.push({ text, lack: "no marks" });
    }
    if (asksZone && !answer.final_zone && !answer.not_on_camera) {
      missing.push({ text: "Choose the last location.", lack: "no last location" });
    }
    const [fromS, toS] = this.task.window_s;
    const outside = marks.filter((mark) => mark.t_s < fromS || mark.t_s > toS).length;
    if (outside) {
      const verb = outside === 1 ? "mark is" : "marks are";
      const text = `${outside} ${verb} outside the time asked for, ${clock.words(fromS)} to ${clock.words(toS)}.`;
      missing.push({ text, lack: "marks outside the time" });
    }
    return missing;
  }
}
