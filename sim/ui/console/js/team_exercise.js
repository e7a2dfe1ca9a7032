/**
 * A team exercise: everybody's marks on one list and plan, requests to take over a camera, the log, and who decides.
 *
 * What this member does goes out as events, at once; what the others do comes as news, by number, so that nothing is
 * lost or shown twice after a reload. Who may do what is up to the server; here it is only not offered.
 */

import { AskCard, AskSheet } from "./exercise_ask.js";
import { SharedCase } from "./exercise_case.js";
import { ExerciseLine } from "./exercise_line.js";
import { ExercisePanel } from "./exercise_panel.js";
import { ABOUT_WORDS, ROLE_LETTERS, ROLE_WORDS, beginWith } from "./exercise_words.js";
import { must } from "./dom.js";

const AT_ONCE = new Set(["mark", "unmark", "strike", "ask", "take", "entry", "lead", "focus"]);

export class TeamExercise {
  /** @type {SearchConsole} */
  console;
  /** @type {Role} */
  role;
  /** @type {ExerciseMember[]} */
  members;
  /** @type {SharedCase} */
  case;
  /** @type {AskSheet} */
  askSheet;
  /** @type {AskCard} */
  askCard;
  /** @type {ExercisePanel} */
  panel;
  /** @type {ExerciseLine} */
  line;
  /** @type {Set<string>} */
  #passed = new Set();
  /** @type {Duty[]} */
  #duties = [];
  #isLost = false;
  #mayLead = false;

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    const { exercise, replay } = console_.data;
    if (!exercise || replay) return;
    this.console = console_;
    this.role = exercise.role;
    this.members = exercise.members;
    this.case = new SharedCase(exercise.role);
    this.askSheet = new AskSheet(console_, { others: exercise.members.filter(({ role }) => role !== exercise.role), onAsk: (ask) => this.#ask(ask) });
    this.askCard = new AskCard(console_, { onTake: (ask) => this.#take(ask), onPass: (ask) => this.#pass(ask) });
    this.panel = new ExercisePanel(console_, {
      members: exercise.members,
      ownRole: exercise.role,
      onAsk: () => console_.isLive && this.askSheet.open(),
      onEntry: (text) => console_.send("entry", { text }),
      onLead: () => this.#lead(),
    });
    this.line = new ExerciseLine({
      api: console_.link.api,
      since: () => this.case.number,
      onNews: (news) => this.#meet(news),
      onLost: (isLost) => this.#noteLost(isLost),
    });
    console_.parts.console.dataset.exercise = exercise.role;
    this.#showDuties(exercise.duties);
    console_.marking.share({
      role: exercise.role,
      isStruck: (markId) => this.case.isStruck(exercise.role, markId),
      mayStrike: () => this.decides,
      onStrike: (mark) => this.#strike(mark),
    });
  }

  get decides() {
    return this.#duties.includes("decide");
  }

  /** The attempt is open: ask for news, and have on screen what the role is there for. @param {Work} work */
  restore({ cameraId }) {
    if (!this.case) return;
    if (cameraId === null && this.role === "map") this.console.layout.show("plan", "plan");
    this.line.open();
  }

  /** What the others wait for goes out at once. @param {EventKind} kind */
  sent(kind) {
    if (this.case && AT_ONCE.has(kind)) this.console.link.flush();
  }

  destroy() {
    this.line?.close();
  }

  /** @param {ExerciseNews} news */
  #meet(news) {
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

  /** @param {Ask} ask */
  #ask(ask) {
    if (!this.console.isLive) return;
    this.console.send("ask", ask);
    this.console.sayings.toast(`Asked: ${ABOUT_WORDS[ask.about]} ${ask.camera_id}`);
  }

  /** @param {OpenAsk} ask */
  #take(ask) {
    const { console: console_ } = this;
    if (!console_.isLive) return;
    this.#passed.add(ask.ask_id);
    this.askCard.show(this.#findAsk());
    console_.send("take", { ask_id: ask.ask_id });
    console_.goTo({ t_s: ask.at_site_s, camera_id: ask.camera_id });
  }

  /** @param {OpenAsk} ask */
  #pass(ask) {
    this.#passed.add(ask.ask_id);
    this.askCard.show(this.#findAsk());
  }

  /** @param {ListedMark} mark */
  #strike(mark) {
    if (!this.console.isLive) return;
    this.console.send("strike", { role: must(mark.role), mark_id: must(mark.own_id), struck: !mark.struck });
  }

  #lead() {
    this.panel.sheet.close();
    this.console.send("lead", {});
  }

  /** @param {Duty[]} duties */
  #showDuties(duties) {
    this.#duties = duties;
    this.console.parts.console.dataset.decides = String(this.decides);
  }

  /** In a few words, what one of the others has just done. @param {ExerciseEntry} entry */
  #tell(entry) {
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

  /** @param {boolean} isLost */
  #noteLost(isLost) {
    if (isLost && !this.#isLost) this.panel.say("The connection to the others is lost. Keep working; it comes back automatically.");
    else if (!isLost && this.#isLost) this.panel.say("You are connected to the others again.");
    this.#isLost = isLost;
  }
}
