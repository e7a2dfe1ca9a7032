/** Found so far: every mark as a small picture with camera and time, to go back to or to take away. */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";

const PICTURE_PX = [128, 96];

export class Found {
  #cards = new Map();

  /**
   * @param {object} options
   * @param {object} options.parts elements by `data-part`
   * @param {(cameraId: string) => string} options.nameOf
   * @param {import("./site_clock.js").SiteClock} options.clock
   * @param {import("./thumbnails.js").SpriteSheets} options.sheets
   * @param {Storage} options.storage keeps the sharp pictures over a reload
   * @param {(fix: object) => void} options.onGo
   * @param {(fix: object) => void} options.onRemove
   */
  constructor({ parts, nameOf, clock, sheets, storage, onGo, onRemove }) {
    Object.assign(this, { parts, nameOf, clock, sheets, storage, onGo, onRemove });
  }

  /** Remember the picture of a new mark. */
  keepPicture(fixId, canvas) {
    try {
      this.storage.setItem(pictureKey(fixId), canvas.toDataURL("image/jpeg", 0.8));
    } catch {
      this.storage.removeItem(pictureKey(fixId));
    }
  }

  /** Show the marks, which come in the order of their times. */
  setFixes(fixes) {
    const { foundList, foundEmpty, foundCount } = this.parts;
    const kept = new Set(fixes.map((fix) => fix.fix_id));
    for (const [fixId, card] of this.#cards) {
      if (kept.has(fixId)) continue;
      card.remove();
      this.#cards.delete(fixId);
    }
    fixes.forEach((fix, index) => {
      if (!this.#cards.has(fix.fix_id)) this.#cards.set(fix.fix_id, this.#makeCard(fix));
      const card = this.#cards.get(fix.fix_id);
      if (foundList.children[index] !== card) foundList.insertBefore(card, foundList.children[index] ?? null);
      card.querySelector(".found-number").textContent = String(index + 1);
    });
    foundEmpty.hidden = fixes.length > 0;
    foundCount.textContent = String(fixes.length);
  }

  /** Bring a mark into view. */
  reveal(fixId) {
    this.#cards.get(fixId)?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #makeCard(fix) {
    const where = this.nameOf(fix.camera_id);
    const when = this.clock.words(fix.t_s);
    const canvas = make("canvas", { width: PICTURE_PX[0], height: PICTURE_PX[1], "aria-hidden": "true" });
    this.#drawPicture(canvas, fix);
    const go = make(
      "button",
      { type: "button", class: "found-go", "aria-label": `Go to the mark on ${where} at ${when}` },
      canvas,
      make("span", { class: "found-number" }),
      make("span", { class: "found-words" }, make("span", { class: "found-where", text: where }), make("span", { class: "found-when", text: when })),
    );
    const remove = make("button", { type: "button", class: "found-remove", "aria-label": `Remove the mark on ${where} at ${when}`, title: "Remove this mark" }, makeIcon("close"));
    go.addEventListener("click", () => this.onGo(fix));
    remove.addEventListener("click", () => this.onRemove(fix));
    return make("li", { class: "found-card", "data-fix": fix.fix_id }, go, remove);
  }

  async #drawPicture(canvas, fix) {
    const kept = this.storage.getItem(pictureKey(fix.fix_id));
    if (kept === null) {
      await this.sheets.drawAround(canvas, fix);
      return;
    }
    const image = new Image();
    image.src = kept;
    await image.decode();
    canvas.getContext("2d").drawImage(image, 0, 0);
  }
}

function pictureKey(fixId) {
  return `sightline-picture-${fixId}`;
}
