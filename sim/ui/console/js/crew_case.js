/** The shared case of a crew, folded from what the server gives by number. The same news always give the same case. */

export class SharedCase {
  #fixes = new Map();
  #struck = new Map();

  /** @param {string} ownRole */
  constructor(ownRole) {
    this.ownRole = ownRole;
    this.number = 0;
    this.asks = new Map();
    this.lines = [];
  }

  /** Take entries in their order; returns those that were not known. */
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
    return [...this.#fixes.values()].filter((fix) => fix.role !== this.ownRole).map((fix) => ({ ...fix, struck: this.isStruck(fix.role, fix.own_id) }));
  }

  isStruck(role, fixId) {
    return this.#struck.get(nameFix(role, fixId)) ?? false;
  }

  /** Requests that nobody has taken over yet, the oldest first. */
  get openAsks() {
    return [...this.asks.values()].filter((ask) => ask.takenBy === null);
  }

  #takeOne({ kind, role, payload, at_ms: atMs }) {
    const name = nameFix(role, payload.fix_id);
    if (kind === "fix") this.#fixes.set(name, { ...payload, fix_id: name, own_id: payload.fix_id, role });
    else if (kind === "unfix") this.#fixes.delete(name);
    else if (kind === "confidence" && this.#fixes.has(name)) this.#fixes.set(name, { ...this.#fixes.get(name), confidence: payload.confidence });
    else if (kind === "strike") this.#struck.set(nameFix(payload.role, payload.fix_id), payload.struck);
    else if (kind === "ask") this.asks.set(payload.ask_id, { ...payload, role, atMs, takenBy: null });
    else if (kind === "take" && this.asks.get(payload.ask_id)?.takenBy === null) this.asks.get(payload.ask_id).takenBy = role;
    else if (kind === "entry") this.lines.push({ role, atMs, text: payload.text });
  }
}

function nameFix(role, fixId) {
  return `${role} ${fixId}`;
}
