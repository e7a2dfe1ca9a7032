/** A mark that waits for a person's word: a tap, or a click on nobody. A card beside it has both answers as buttons. */

export class PendingMark {
  /** @type {XY|null} */
  #spot = null;
  /** @type {(() => void)|null} */
  #onMark = null;
  /** @type {((action: Action) => void)|null} */
  #onLeave = null;

  /** @param {Parts} parts elements by `data-part` */
  constructor(parts) {
    this.parts = parts;
    parts.pendingMark.addEventListener("click", () => this.commit());
    parts.pendingDrop.addEventListener("click", () => this.drop());
  }

  /** Nothing waits any more. */
  onDrop = () => {};

  /** What the button says for a person; a task may have other things marked. */
  label = "Mark this person";

  /** The spot that waits; null for none. */
  get spot() {
    return this.#spot;
  }

  /**
   * Ask about a spot, instead of any other.
   * @param {{x: number, y: number}} spot
   * @param {HTMLCanvasElement} picture what is around it
   * @param {() => void} onMark it is to be marked
   * @param {(action: Action) => void} onLeave another picture has come before an answer; the action marks it all the same
   */
  ask(spot, picture, onMark, onLeave) {
    const { pending, pendingRing } = this.parts;
    this.#spot = spot;
    this.#onMark = onMark;
    this.#onLeave = onLeave;
    pendingRing.style.left = `${spot.x * 100}%`;
    pendingRing.style.top = `${spot.y * 100}%`;
    pendingRing.hidden = false;
    pending.dataset.place = spot.y > 0.5 ? "top" : "bottom";
    this.setPicture(picture);
    this.#setNobody(false);
    pending.hidden = false;
  }

  /** @param {HTMLCanvasElement} picture */
  setPicture(picture) {
    this.parts.pendingPicture.replaceChildren(picture);
  }

  /** The spot that waits is on nobody: say so, and ask again. */
  sayNobody() {
    this.#setNobody(true);
  }

  commit() {
    const onMark = this.#onMark;
    const isAsked = this.#spot !== null;
    this.drop();
    if (isAsked) onMark?.();
  }

  /** Another picture is shown: nothing waits any more, and that is said. */
  leave() {
    const [onMark, onLeave] = [this.#onMark, this.#onLeave];
    const label = this.parts.pendingMarkWords.textContent;
    this.drop();
    if (onMark) onLeave?.({ label, run: onMark });
  }

  drop() {
    if (this.#spot === null) return;
    this.#spot = this.#onMark = this.#onLeave = null;
    this.onDrop();
    this.parts.pending.hidden = true;
    this.parts.pendingRing.hidden = true;
  }

  /** @param {boolean} isNobody */
  #setNobody(isNobody) {
    const { pending, pendingWords, pendingMarkWords, pendingDrop, pendingDropWords } = this.parts;
    pending.dataset.nobody = String(isNobody);
    pendingWords.hidden = pendingDropWords.hidden = !isNobody;
    pendingWords.textContent = isNobody ? "No one is there. Mark this spot anyway?" : "";
    pendingMarkWords.textContent = isNobody ? "Mark anyway" : this.label;
    pendingDrop.setAttribute("aria-label", isNobody ? "Cancel" : "Do not mark");
  }
}
