/** The shared case of an exercise, folded from what the server gives by number. The same news always give the same case. */

export class SharedCase {
  /** @type {Map<string, OpenAsk>} */
  asks;
  /** @type {{role: Role, atMs: number, text: string}[]} */
  lines;
  /** @type {Map<string, Mark & {role: Role, own_id: string}>} */
  #marks = new Map();
  /** @type {Map<string, boolean>} */
  #struck = new Map();

  /** @param {Role} ownRole */
  constructor(ownRole) {
    this.ownRole = ownRole;
    this.number = 0;
    this.asks = new Map();
    this.lines = [];
  }

  /** Take entries in their order; returns those that were not known. @param {ExerciseEntry[]} entries */
  take(entries) {
    const fresh = entries.filter((entry) => entry.number > this.number);
    for (const entry of fresh) {
      this.#takeOne(entry);
      this.number = entry.number;
    }
    return fresh;
  }

  /** Marks of the others that are not taken back, each with its role, and named so that two members' never meet. */
  get others() {
    return [...this.#marks.values()].filter((mark) => mark.role !== this.ownRole).map((mark) => ({ ...mark, struck: this.isStruck(mark.role, mark.own_id) }));
  }

  /** @param {Role} role @param {string} markId */
  isStruck(role, markId) {
    return this.#struck.get(nameMark(role, markId)) ?? false;
  }

  /** Requests that nobody has taken over yet, the oldest first. */
  get openAsks() {
    return [...this.asks.values()].filter((ask) => ask.takenBy === null);
  }

  /** @param {ExerciseEntry} entry */
  #takeOne({ kind, role, payload, at_ms: atMs }) {
    const nameOf = (/** @type {{mark_id: string}} */ mark) => nameMark(role, mark.mark_id);
    if (kind === "mark") this.#marks.set(nameOf(payload), { ...payload, mark_id: nameOf(payload), own_id: payload.mark_id, role });
    else if (kind === "unmark") this.#marks.delete(nameOf(payload));
    else if (kind === "strike") this.#struck.set(nameMark(payload.role, payload.mark_id), payload.struck);
    else if (kind === "ask") this.asks.set(payload.ask_id, { ...payload, role, atMs, takenBy: null });
    else if (kind === "take") this.#giveAway(payload.ask_id, role);
    else if (kind === "entry") this.lines.push({ role, atMs, text: payload.text });
  }

  /** @param {string} askId @param {Role} role */
  #giveAway(askId, role) {
    const ask = this.asks.get(askId);
    if (ask?.takenBy === null) ask.takenBy = role;
  }
}

/** @param {Role} role @param {string} markId */
function nameMark(role, markId) {
  return `${role} ${markId}`;
}
