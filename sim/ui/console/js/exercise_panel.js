/** The team beside the marks: who has which camera, the newest word, and a sheet with requests and the log. */

import { describeAsk } from "./exercise_ask.js";
import { ROLE_LETTERS } from "./exercise_words.js";
import { getElement, make, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { makeSheet } from "./sheet.js";

const MOST_ENTRY = 300;

export class ExercisePanel {
  /** @type {Map<Role, ExerciseMember>} */
  #names = new Map();

  /**
   * @param {SearchConsole} console_
   * @param {object} options
   * @param {ExerciseMember[]} options.members
   * @param {Role} options.ownRole
   * @param {() => void} options.onAsk
   * @param {(text: string) => void} options.onEntry a line of the log was written
   * @param {() => void} options.onLead this member takes the lead
   */
  constructor(console_, { members, ownRole, onAsk, onEntry, onLead }) {
    this.console = console_;
    this.ownRole = ownRole;
    const { parts } = console_;
    for (const member of members) this.#names.set(member.role, member);
    this.list = make("ul", { class: "exercise-members" });
    this.news = make("p", { class: "exercise-news", "data-part": "exerciseNews", role: "status" });
    this.ask = make("button", { type: "button", class: "button", "data-part": "exerciseAsk", on: { click: onAsk } }, makeIcon("link"), make("span", { text: "Ask" }));
    this.open = make("button", { type: "button", class: "button", "data-part": "exerciseOpen", on: { click: () => this.sheet.showModal() } }, makeIcon("radio"), make("span", { text: "Log" }));
    const head = make("div", { class: "exercise-head" }, this.list, make("div", { class: "exercise-buttons" }, this.ask, this.open));
    this.panel = make("section", { class: "exercise", "data-part": "exercise", "aria-label": "Your team" }, head, this.news);
    parts.found.append(this.panel);
    this.asks = make("ul", { class: "exercise-lines", "data-part": "exerciseAsks" });
    this.lines = make("ol", { class: "exercise-lines", "data-part": "exerciseLines" });
    this.field = make("input", { type: "text", maxlength: String(MOST_ENTRY), "data-part": "exerciseEntry", placeholder: "What happened, in a few words", "aria-label": "New line of the log" });
    /** @param {SubmitEvent} event */
    const add = (event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      this.field.value = "";
      if (text) onEntry(text);
    };
    this.form = make("form", { class: "exercise-form", on: { submit: add } }, this.field, make("button", { class: "button", text: "Add" }));
    this.lead = make("button", { type: "button", class: "button", "data-part": "exerciseLead", hidden: true, text: "Take the lead: the lead is lost", on: { click: onLead } });
    /** @param {string} text */
    const heading = (text) => make("h3", { class: "exercise-heading", text });
    this.sheet = makeSheet(parts, {
      name: "exerciseSheet",
      title: "Your team",
      content: [this.lead, heading("Requests"), this.asks, heading("Log"), this.lines, this.form],
    });
  }

  /** Who is there and has which camera; `duties` of this member, `leading` decides. @param {ExerciseNews} news */
  showMembers({ members, duties, leading, may_lead: mayLead }) {
    this.list.replaceChildren(...members.map((member) => this.#makeMember(member, leading)));
    this.form.hidden = !duties.includes("log");
    this.lead.hidden = !mayLead;
  }

  /** @param {import("./exercise_case.js").SharedCase} shared */
  showCase({ asks, lines }) {
    const { clock, picture } = this.console;
    /** @param {string} text */
    const line = (text) => make("li", { text });
    /** @param {string} text */
    const none = (text) => [make("li", { class: "exercise-none", text })];
    const asked = [...asks.values()].map((ask) => line(describeAsk(ask, { picture, clock })));
    this.asks.replaceChildren(...(asked.length ? asked.reverse() : none("Nobody has asked for anything yet.")));
    const written = lines.map(({ role, atMs, text }) => line(`${write(atMs)} ${ROLE_LETTERS[role]}: ${text}`));
    this.lines.replaceChildren(...(written.length ? written : none("Nothing is written yet.")));
    getElement(this.open, "span").textContent = lines.length ? `Log (${lines.length})` : "Log";
  }

  /** @param {string} text */
  say(text) {
    this.news.textContent = text;
    this.news.title = text;
  }

  /** @param {PresentMember} member @param {Role} leading */
  #makeMember({ role, is_here: isHere, camera_id: cameraId }, leading) {
    const { label, name } = must(this.#names.get(role));
    const where = isHere ? (cameraId ?? "none yet") : "away";
    const words = `${label}${role === this.ownRole ? " (you)" : ""}, ${name}: ${where}${role === leading ? ", decides" : ""}`;
    return make(
      "li",
      { class: "exercise-member", "data-role": role, "data-here": String(isHere), title: words },
      make("b", { class: "role-sign", "data-role": role, "aria-hidden": "true", text: ROLE_LETTERS[role] }),
      make("span", { class: "exercise-where", "aria-hidden": "true", text: where }),
      make("span", { class: "reader-only", text: words }),
    );
  }
}

/** Drill time as a stopwatch shows it. @param {number} atMs */
function write(atMs) {
  const seconds = Math.floor(atMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
