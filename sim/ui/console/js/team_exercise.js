/** A team exercise in the console: requests to take over a camera, the team beside the marks, and its log. */

import { getElement, make, makePushButton, makeUuid, must } from "./dom.js";
import { ABOUT_WORDS, ExerciseLine, ROLE_LETTERS, ROLE_WORDS, SharedCase, beginWith, capitalize } from "./exercise_case.js";
import { makeIcon } from "./icons.js";
import { makeSheet } from "./tools.js";

class AskSheet {
  /** @type {number} */ atS;
  constructor(/** @type {TeamExercise} */ team) {
    const { console: console_, members, role: own } = team;
    const others = members.filter(({ role }) => role !== own);
    this.team = team;
    this.console = console_;
    this.camera = make("select", { "data-part": "askCamera" });
    const anybody = make("option", { value: "", text: "Anyone" });
    this.to = make("select", { "data-part": "askTo" }, anybody, ...others.map(({ role, label, name }) => make("option", { value: role, text: `${label}, ${name}` })));
    this.when = make("p", { class: "ask-when" });
    const send = (/** @type {About} */ about) => () => this.#send(about);
    const buttons = make(
      "div",
      { class: "sheet-buttons" },
      makePushButton(send("look"), { "data-part": "askLook", text: "Please look here" }),
      makePushButton(send("last-seen"), { class: "button button-main", "data-part": "askSeen", text: "Last seen here: take over" }),
    );
    const field = (/** @type {string} */ words, /** @type {HTMLElement} */ control) => make("label", { class: "field", text: words }, control);
    this.sheet = makeSheet(console_.parts, { name: "askSheet", title: "Ask to take over a camera", content: [this.when, field("Camera", this.camera), field("Whom", this.to), buttons], close: "Do not ask" });
  }

  /** Offer the camera on screen first, then those that the plan has next, then all others. */
  open() {
    const { picture, data, clock } = this.console;
    const next = new Set((data.links[picture.cameraId ?? ""] ?? []).flatMap((zone) => zone.cameras.map((each) => each.camera_id)));
    const option = (/** @type {string} */ cameraId) => make("option", { value: cameraId, text: `${cameraId} ${picture.nameOf(cameraId)}` });
    const group = (/** @type {string} */ label, /** @type {string[]} */ ids) => (ids.length ? [make("optgroup", { label }, ...ids.map(option))] : []);
    const all = picture.wall.cameraIds;
    const here = picture.cameraId === null ? [] : [picture.cameraId];
    const isRest = (/** @type {string} */ each) => !next.has(each) && !here.includes(each);
    this.camera.replaceChildren(...group("On your screen", here), ...group("Next by the plan", all.filter((each) => next.has(each) && !here.includes(each))), ...group("All others", all.filter(isRest)));
    this.atS = picture.playback.shownS;
    this.when.textContent = `At ${clock.words(this.atS)}, the time on your screen.`;
    this.sheet.showModal();
  }

  #send(/** @type {About} */ about) {
    this.sheet.close();
    this.team.ask({ ask_id: makeUuid(), camera_id: this.camera.value, at_site_s: this.atS, to: /** @type {Role|""} */ (this.to.value) || null, about });
  }
}

/** The card of a request to this member. It takes no focus by itself, and stops nothing. */
class AskCard {
  /** @type {OpenAsk|null} */ shown = null;
  constructor(/** @type {TeamExercise} */ team) {
    const { console: console_ } = team;
    this.console = console_;
    this.title = make("h2", { class: "call-card-title", id: "ask-title" });
    this.words = make("p", { class: "call-card-message" });
    const take = makePushButton(() => team.take(must(this.shown)), { class: "button button-main", "data-part": "askTake", text: "I take it" });
    const pass = makePushButton(() => team.pass(must(this.shown)), { "data-part": "askPass", text: "Not me" });
    this.card = make(
      "section",
      { class: "call-card ask-card", "data-part": "askCard", hidden: true, role: "group", "aria-labelledby": "ask-title" },
      this.title,
      this.words,
      make("div", { class: "call-card-replies" }, take, pass),
    );
    console_.parts.console.append(this.card);
  }

  show(/** @type {OpenAsk|null} */ ask) {
    if (this.shown?.ask_id === ask?.ask_id) return;
    this.shown = ask;
    this.card.hidden = ask === null;
    if (ask === null) return;
    const { picture, clock, sayings } = this.console;
    this.title.textContent = `${beginWith(ask.role)} asks ${ask.to === null ? "anyone" : "you"}`;
    this.words.textContent = `${capitalize(ABOUT_WORDS[ask.about])} ${ask.camera_id} ${picture.nameOf(ask.camera_id)}, ${clock.words(ask.at_site_s)}.`;
    sayings.announce(`${this.title.textContent}. ${this.words.textContent}`);
  }
}

/** A request in a list, in one line. @param {OpenAsk} ask @param {Pick<SearchConsole, "picture"|"clock">} console_ */
function describeAsk(ask, { picture, clock }) {
  const taken = ask.takenBy === null ? "not taken yet" : `taken by ${ROLE_WORDS[ask.takenBy]}`;
  return `${ROLE_LETTERS[ask.role]}: ${ABOUT_WORDS[ask.about]} ${ask.camera_id} ${picture.nameOf(ask.camera_id)}, ${clock.words(ask.at_site_s)} (${taken})`;
}

const MOST_ENTRY = 300;

/** The team beside the marks: who has which camera, the newest word, and a sheet with requests and the log. */
class ExercisePanel {
  /** @type {Map<Role, ExerciseMember>} */ #names = new Map();

  constructor(/** @type {TeamExercise} */ team) {
    const { console: console_, members } = team;
    this.console = console_;
    this.ownRole = team.role;
    const { parts } = console_;
    for (const member of members) this.#names.set(member.role, member);
    this.list = make("ul", { class: "exercise-members" });
    this.news = make("p", { class: "exercise-news", "data-part": "exerciseNews", role: "status" });
    this.ask = makePushButton(() => console_.isLive && team.askSheet.open(), { "data-part": "exerciseAsk" }, makeIcon("link"), make("span", { text: "Ask" }));
    this.open = makePushButton(() => this.sheet.showModal(), { "data-part": "exerciseOpen" }, makeIcon("radio"), make("span", { text: "Log" }));
    const head = make("div", { class: "exercise-head" }, this.list, make("div", { class: "exercise-buttons" }, this.ask, this.open));
    this.panel = make("section", { class: "exercise", "data-part": "exercise", "aria-label": "Your team" }, head, this.news);
    parts.found.append(this.panel);
    this.asks = make("ul", { class: "exercise-lines", "data-part": "exerciseAsks" });
    this.lines = make("ol", { class: "exercise-lines", "data-part": "exerciseLines" });
    this.field = make("input", { type: "text", maxlength: String(MOST_ENTRY), "data-part": "exerciseEntry", placeholder: "What happened, in a few words", "aria-label": "New line of the log" });
    const add = (/** @type {SubmitEvent} */ event) => {
      event.preventDefault();
      const text = this.field.value.trim();
      this.field.value = "";
      if (text) console_.send("entry", { text });
    };
    this.form = make("form", { class: "exercise-form", on: { submit: add } }, this.field, make("button", { class: "button", text: "Add" }));
    this.lead = makePushButton(() => (this.sheet.close(), console_.send("lead", {})), { "data-part": "exerciseLead", hidden: true, text: "Take the lead: the lead is lost" });
    const heading = (/** @type {string} */ text) => make("h3", { class: "exercise-heading", text });
    this.sheet = makeSheet(parts, {
      name: "exerciseSheet",
      title: "Your team",
      content: [this.lead, heading("Requests"), this.asks, heading("Log"), this.lines, this.form],
    });
  }

  showMembers(/** @type {ExerciseNews} */ { members, duties, leading, may_lead: mayLead }) {
    this.list.replaceChildren(...members.map((member) => this.#makeMember(member, leading)));
    this.form.hidden = !duties.includes("log");
    this.lead.hidden = !mayLead;
  }

  showCase(/** @type {import("./exercise_case.js").SharedCase} */ { asks, lines }) {
    const { clock, picture } = this.console;
    const line = (/** @type {string} */ text) => make("li", { text });
    const none = (/** @type {string} */ text) => [make("li", { class: "exercise-none", text })];
    const asked = [...asks.values()].map((ask) => line(describeAsk(ask, { picture, clock })));
    this.asks.replaceChildren(...(asked.length ? asked.reverse() : none("Nobody has asked for anything yet.")));
    const written = lines.map(({ role, atMs, text }) => line(`${write(atMs)} ${ROLE_LETTERS[role]}: ${text}`));
    this.lines.replaceChildren(...(written.length ? written : none("Nothing is written yet.")));
    getElement(this.open, "span").textContent = lines.length ? `Log (${lines.length})` : "Log";
  }

  say(/** @type {string} */ text) {
    this.news.textContent = text;
    this.news.title = text;
  }

  #makeMember(/** @type {PresentMember} */ { role, is_here: isHere, camera_id: cameraId }, /** @type {Role} */ leading) {
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

const AT_ONCE = new Set(["mark", "unmark", "strike", "ask", "take", "entry", "lead", "focus"]);

/**
 * A team exercise: everybody's marks on one list and plan, requests to take over a camera, the log, and who decides.
 *
 * What this member does goes out as events, at once; what the others do comes as news, by number, so that nothing is
 * lost or shown twice after a reload. Who may do what is up to the server; here it is only not offered.
 */
export class TeamExercise {
  /** @type {Set<string>} */ #passed = new Set();
  /** @type {Duty[]} */ #duties = [];
  #isLost = false;
  #mayLead = false;

  static isOffered(/** @type {ConsoleData} */ { exercise, replay }) { return Boolean(exercise) && !replay; }

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const exercise = must(console_.data.exercise);
    this.role = exercise.role;
    this.members = exercise.members;
    this.case = new SharedCase(exercise.role);
    this.askSheet = new AskSheet(this);
    this.askCard = new AskCard(this);
    this.panel = new ExercisePanel(this);
    this.line = new ExerciseLine({
      api: console_.link.api,
      since: () => this.case.number,
      onNews: (news) => this.#meet(news),
      onLost: (isLost) => this.#noteLost(isLost),
    });
    console_.parts.console.dataset.exercise = exercise.role;
    this.#showDuties(exercise.duties);
    console_.marking.exercise = {
      role: exercise.role,
      isStruck: (markId) => this.case.isStruck(exercise.role, markId),
      mayStrike: () => this.decides,
      onStrike: ({ role, own_id, struck }) =>
        this.console.isLive && this.console.send("strike", { role: must(role), mark_id: must(own_id), struck: !struck }),
    };
  }

  get decides() { return this.#duties.includes("decide"); }

  /** The attempt is open: ask for news, and have on screen what the role is there for. @param {Work} work */
  restore({ resume }) {
    if (resume.camera_id === null && this.role === "map") this.console.layout.show("plan", "plan");
    this.line.open();
  }

  /** What the others wait for goes out at once. @param {EventKind} kind */
  sent(kind) {
    if (AT_ONCE.has(kind)) this.console.link.flush();
  }

  destroy() {
    this.line.close();
  }

  #meet(/** @type {ExerciseNews} */ news) {
    const fresh = this.case.take(news.entries);
    this.#showDuties(news.duties);
    this.#noteLead(news.may_lead);
    this.panel.showMembers(news);
    this.panel.showCase(this.case);
    this.askCard.show(this.#findAsk());
    if (fresh.length) {
      this.console.marking.setOthers(this.case.others);
      const told = fresh.findLast(({ role }) => role !== this.role);
      if (told) this.#tell(told);
    }
    if (news.state !== "running") {
      this.line.close();
      this.console.link.flush();
    }
  }

  /** The oldest request that this member may take and has not passed on. */
  #findAsk() {
    /** @param {OpenAsk} ask */
    const isForMe = ({ role, to, ask_id: askId }) => role !== this.role && (to === null || to === this.role) && !this.#passed.has(askId);
    return this.case.openAsks.find(isForMe) ?? null;
  }

  ask(/** @type {Ask} */ ask) {
    if (!this.console.isLive) return;
    this.console.send("ask", ask);
    this.console.sayings.toast(`Asked: ${ABOUT_WORDS[ask.about]} ${ask.camera_id}`);
  }

  take(/** @type {OpenAsk} */ ask) {
    const { console: console_ } = this;
    if (!console_.isLive) return;
    this.#passed.add(ask.ask_id);
    this.askCard.show(this.#findAsk());
    console_.send("take", { ask_id: ask.ask_id });
    console_.goTo({ t_s: ask.at_site_s, camera_id: ask.camera_id });
  }

  pass(/** @type {OpenAsk} */ ask) {
    this.#passed.add(ask.ask_id);
    this.askCard.show(this.#findAsk());
  }

  #showDuties(/** @type {Duty[]} */ duties) {
    this.#duties = duties;
    this.console.parts.console.dataset.decides = String(this.decides);
  }

  #tell(/** @type {ExerciseEntry} */ entry) {
    const { sayings, layout, parts } = this.console;
    const words = this.#describe(entry);
    if (!words) return;
    this.panel.say(words);
    if (layout.isNarrow && parts.console.dataset.tab !== "found") sayings.hint(words);
    sayings.announce(words);
  }

  /** @param {ExerciseEntry} entry @returns {string} "" for what is not told */
  #describe({ kind, role, payload }) {
    const { picture, clock } = this.console;
    const place = (/** @type {string} */ cameraId, /** @type {number} */ timeS) => `${cameraId} ${picture.nameOf(cameraId)}, ${clock.words(timeS)}`;
    switch (kind) {
      case "mark":
        return `${beginWith(role)} marked: ${place(payload.camera_id, payload.t_s)}`;
      case "unmark":
        return `${beginWith(role)} took a mark back`;
      case "strike":
        return `${beginWith(role)} ${payload.struck ? "left out a mark of" : "counts again a mark of"} ${ROLE_WORDS[payload.role]}`;
      case "ask":
        return `${beginWith(role)}: ${ABOUT_WORDS[payload.about]} ${place(payload.camera_id, payload.at_site_s)}`;
      case "take":
        return `${beginWith(role)} took a request over`;
      case "entry":
        return `Log, ${ROLE_LETTERS[role]}: ${payload.text}`;
      case "lead":
        return `${beginWith(role)} has taken the lead`;
      default:
        return "";
    }
  }

  /** The lead is lost: say once what can be done. @param {boolean} mayLead */
  #noteLead(mayLead) {
    if (mayLead && !this.#mayLead) {
      const words = "The lead is not here any more. Under Log you can take the lead.";
      this.panel.say(words);
      this.console.sayings.hint(words);
      this.console.sayings.announce(words);
    }
    this.#mayLead = mayLead;
  }

  #noteLost(/** @type {boolean} */ isLost) {
    if (isLost && !this.#isLost) this.panel.say("The connection to the others is lost. Keep working; it comes back automatically.");
    else if (!isLost && this.#isLost) this.panel.say("You are connected to the others again.");
    this.#isLost = isLost;
  }
}
