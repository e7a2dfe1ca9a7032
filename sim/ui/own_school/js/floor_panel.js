/** The panel of floors: which one is shown, its name and heights, another one. */

import { WORDS } from "./editor_words.js";
import { makeButton, makeChoice, makeNumber, makeText } from "./fields.js";
import { listFloors, makeFloor, removeFloor } from "./plan_parts.js";

/**
 * @param {SchoolDrawing} drawing
 * @param {string} floor
 * @param {object} on
 * @param {(changes: SchoolChange[]) => void} on.put
 * @param {(floor: string) => void} on.show
 * @returns {HTMLElement[]}
 */
export function makeFloorPanel(drawing, floor, { put, show }) {
  const { floors } = drawing;
  const now = floors[floor];
  const names = listFloors(floors);
  /** @param {Partial<DrawnFloor>} changed */
  const change = (changed) => put([{ kind: "floors", name: floor, now: { ...now, ...changed } }]);
  const add = () => {
    const added = makeFloor(floors);
    put([added]);
    show(added.name);
  };
  const remove = () => {
    put(removeFloor(drawing, floor));
    show(names.find((name) => name !== floor) ?? floor);
  };
  return [
    ...makeFloorChoice(drawing, floor, show),
    makeText(WORDS.floorName, now.name, (name) => change({ name })),
    ...(names.length > 1 ? [makeNumber(WORDS.elevation, now.elevation_m, { least: -20, most: 60, onChange: (given) => change({ elevation_m: given ?? now.elevation_m }) })] : []),
    makeNumber(WORDS.roomHeight, now.height_m, { least: 2.1, most: 11.9, onChange: (given) => change({ height_m: given ?? now.height_m }) }),
    makeButton(WORDS.addFloor, add, { "data-part": "add-floor" }),
    ...(names.length > 1 ? [makeButton(WORDS.removeFloor, remove, { class: "remove", "data-part": "remove-floor" })] : []),
  ];
}

/** @param {SchoolDrawing} drawing @param {string} floor @param {(floor: string) => void} show @returns {HTMLElement[]} */
export function makeFloorChoice({ floors }, floor, show) {
  const names = listFloors(floors);
  if (names.length < 2) return [];
  const choice = makeChoice(WORDS.floor, names.map((name) => [name, floors[name].name]), floor, show);
  choice.dataset.part = "floor";
  return [choice];
}
