/** Where the student really was, while a finished search is watched again: dotted in the picture and on the plan. */

import { make } from "./dom.js";

const NEAR_S = 0.25;
const GAP_S = 1.6;

/**
 * The entry of a list by time that is nearest to a moment, within some seconds; undefined for none.
 * @template {[number, ...unknown[]]} Entry
 * @param {Entry[]} entries
 * @param {number} timeS
 * @param {number} withinS
 */
export function findNear(entries, timeS, withinS) {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle][0] < timeS) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [entries[low - 1], entries[low]];
  const nearest = !before || (after && after[0] - timeS < timeS - before[0]) ? after : before;
  return nearest && Math.abs(nearest[0] - timeS) <= withinS ? nearest : undefined;
}

/**
 * What is said of where the student is.
 * @param {GhostLog} ghost
 * @param {Map<string, number>} numbers of the cameras, by camera_id
 * @param {number} timeS
 */
export function tellPlace(ghost, numbers, timeS) {
  const on = [...numbers].flatMap(([cameraId, number]) => (findNear(ghost.boxes[cameraId] ?? [], timeS, NEAR_S) ? [number] : []));
  if (on.length === 0) return "The student is on no camera now.";
  return `The student is on camera${on.length > 1 ? "s" : ""} ${on.join(" and ")} now.`;
}

export class Ghost {
  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {import("./plan.js").Plan} options.plan
   * @param {GhostLog} options.ghost
   * @param {Map<string, number>} options.numbers of the cameras, by camera_id
   */
  constructor({ parts, plan, ghost, numbers }) {
    this.plan = plan;
    this.ghost = ghost;
    this.numbers = numbers;
    this.box = make("div", { class: "ghost-box", "data-part": "ghostBox", "aria-hidden": "true", hidden: true });
    parts.outline.after(this.box);
    this.words = make("p", { class: "replay-ghost", "data-part": "ghostWords" });
  }

  /**
   * @param {string|null} cameraId the main picture
   * @param {number} shownS site time that it shows
   */
  show(cameraId, shownS) {
    const found = cameraId === null ? undefined : findNear(this.ghost.boxes[cameraId] ?? [], shownS, NEAR_S);
    this.box.hidden = !found;
    if (found) {
      const [, left, top, right, bottom] = found.map((value) => value * 100);
      Object.assign(this.box.style, { left: `${left}%`, top: `${top}%`, width: `${right - left}%`, height: `${bottom - top}%` });
    }
    const at = findNear(this.ghost.path, shownS, GAP_S);
    this.plan.setGhost(at ? { at: [at[1], at[2]], floor: at[3] } : null);
    const words = tellPlace(this.ghost, this.numbers, shownS);
    if (this.words.textContent !== words) this.words.textContent = words;
  }
}
