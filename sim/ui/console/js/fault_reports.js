/** Reports of what is wrong with a camera: a sheet to write one, and the list of one's own to take back. */

import { make, makeUuid } from "./dom.js";
import { makeIcon } from "./icons.js";
import { makeSheet } from "./sheet.js";

const MOST_LETTERS = 500;
const OTHER = "other";

/** What may be wrong, by the name that the event carries. @type {Record<string, string>} */
const FAULTS = {
  "wrong-clock": "Clock is wrong",
  "wrong-name": "Name is wrong",
  "no-picture": "No picture",
  unclear: "Picture unclear",
  moved: "View has moved",
  choppy: "Choppy picture",
  [OTHER]: "Something else",
};

export class FaultReports {
  /** @type {Fault[]} */
  #reports = [];
  #camera = make("select", {});
  #text = make("textarea", { rows: "2", maxlength: MOST_LETTERS });
  #problem = make("p", { class: "noted-problem", role: "alert", hidden: true });
  #rows = make("ul", { class: "noted-list" });
  #own = make("section", {}, make("h3", { text: "Your reports" }), this.#rows);

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { parts, picture, tools } = console_;
    const options = picture.wall.cameraIds.map((cameraId) => make("option", { value: cameraId, text: picture.nameOf(cameraId) }));
    this.#camera.append(...options);
    this.form = this.#makeForm();
    this.sheet = makeSheet(parts, { name: "faultSheet", title: "Report a camera", content: [this.form, this.#own] });
    tools.add({ name: "fault", icon: "fault", label: "Report what is wrong with a camera", run: () => this.open() });
  }

  /** @param {Work} work */
  restore({ faults }) {
    this.#set(faults);
  }

  /** Open the sheet for the main picture's camera. */
  open() {
    const { cameraId } = this.console.picture;
    this.form.reset();
    this.#say("");
    if (cameraId !== null) this.#camera.value = cameraId;
    this.sheet.showModal();
  }

  #makeForm() {
    const choices = Object.entries(FAULTS).map(([value, words]) =>
      make("label", { class: "check" }, make("input", { type: "radio", name: "fault", value }), words),
    );
    return make(
      "form",
      { class: "fault-form", novalidate: true, on: { submit: (event) => (event.preventDefault(), this.#report()) } },
      make("label", { class: "field", text: "Camera" }, this.#camera),
      make("fieldset", { class: "fault-choices" }, make("legend", { text: "What is wrong?" }), ...choices),
      make("label", { class: "field", text: "In a few words, if you like" }, this.#text),
      this.#problem,
      make("button", { class: "button button-main", text: "Report" }),
    );
  }

  #report() {
    const { picture, sayings, isLive } = this.console;
    if (!isLive) return;
    const fault = String(new FormData(this.form).get("fault") ?? "");
    const text = this.#text.value.trim();
    if (!fault) this.#say("Choose what is wrong.");
    else if (fault === OTHER && !text) this.#say("Say in a few words what is wrong.");
    else {
      const camera_id = this.#camera.value;
      const same = this.#reports.find((each) => each.camera_id === camera_id && each.fault === fault && fault !== OTHER);
      const report = { fault_id: same?.fault_id ?? makeUuid(), camera_id, fault, t_s: picture.playback.shownS, text };
      this.console.send("fault", { ...report });
      this.#set([...this.#reports.filter((each) => each.fault_id !== report.fault_id), report]);
      this.sheet.close();
      sayings.toast(`Reported: ${picture.nameOf(camera_id)}`);
    }
  }

  /** @param {Fault} report */
  #takeBack(report) {
    this.console.send("unfault", { fault_id: report.fault_id });
    this.#set(this.#reports.filter((each) => each.fault_id !== report.fault_id));
  }

  /** @param {string} words */
  #say(words) {
    this.#problem.textContent = words;
    this.#problem.hidden = words === "";
  }

  /** @param {Fault[]} reports */
  #set(reports) {
    this.#reports = reports;
    this.#rows.replaceChildren(...reports.map((each) => this.#makeRow(each)));
    this.#own.hidden = reports.length === 0;
  }

  /** @param {Fault} report */
  #makeRow(report) {
    const where = this.console.picture.nameOf(report.camera_id);
    const words = [FAULTS[report.fault], report.text].filter(Boolean).join(": ");
    return make(
      "li",
      { class: "noted-row", "data-report": report.fault_id },
      make("p", { class: "noted-words" }, make("span", { class: "noted-where", text: where }), make("span", { class: "noted-when", text: words })),
      make(
        "button",
        { type: "button", class: "button", "aria-label": `Remove the report on ${where}`, title: "Remove this report", on: { click: () => this.#takeBack(report) } },
        makeIcon("remove"),
      ),
    );
  }
}
