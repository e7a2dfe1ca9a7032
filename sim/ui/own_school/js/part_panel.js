/** The side panel: what can be changed of the part that is selected. */

import { DOOR_KINDS, DOOR_WIDTHS, MODES, SPACE_KINDS, STAIR_SHAPES, THING_KINDS, UP_DEG, WORDS } from "./editor_words.js";
import { makeButton, makeChoice, makeNumber, makeText } from "./fields.js";

/**
 * @param {SchoolDrawing} drawing
 * @param {ChosenPart|null} chosen
 * @param {(changed: object|null) => void} onChange what of the part is another from now on, null to delete it
 * @returns {HTMLElement[]}
 */
export function makePanel(drawing, chosen, onChange) {
  const part = chosen && drawing[chosen.kind][chosen.name];
  if (!chosen || !part) return [];
  const maker = MAKERS[/** @type {keyof typeof MAKERS} */ (chosen.kind)];
  const remove = makeButton(WORDS.remove, () => onChange(null), { class: "remove" });
  return [...(maker ? maker(/** @type {any} */ (part), onChange, drawing) : []), remove];
}

const MAKERS = {
  /** @param {DrawnSpace} space @param {(changed: object) => void} onChange */
  spaces: (space, onChange) => [
    makeText(WORDS.name, space.name, (name) => onChange({ name })),
    makeChoice(WORDS.kind, SPACE_KINDS, space.kind, (kind) => onChange({ kind })),
    makeNumber(WORDS.height, space.height_m, { least: 2.1, most: 11.9, onChange: (height_m) => onChange({ height_m }) }),
  ],
  /** @param {DrawnDoor} door @param {(changed: object) => void} onChange */
  doors: (door, onChange) => [
    makeText(WORDS.name, door.name, (name) => onChange({ name })),
    makeChoice(WORDS.kind, DOOR_KINDS, door.kind, (kind) => onChange({ kind, width_m: DOOR_WIDTHS[/** @type {keyof typeof DOOR_WIDTHS} */ (kind)] })),
    makeNumber(WORDS.width, door.width_m, { least: 0.6, most: 11.9, onChange: (width_m) => onChange({ width_m: width_m ?? door.width_m }) }),
    makeNumber(WORDS.height, door.height_m, { least: 1.6, most: 5.9, onChange: (height_m) => onChange({ height_m: height_m ?? door.height_m }) }),
  ],
  /** @param {DrawnThing} thing @param {(changed: object) => void} onChange */
  things: (thing, onChange) => [
    makeChoice(WORDS.kind, { ...THING_KINDS, ...(thing.kind in THING_KINDS ? {} : { [thing.kind]: thing.kind }) }, thing.kind, (kind) => onChange({ kind })),
    makeNumber(WORDS.height, thing.height_m, { least: 0.1, most: 5.9, onChange: (height_m) => onChange({ height_m: height_m ?? thing.height_m }) }),
  ],
  /** @param {DrawnStairs} stairs @param {(changed: object) => void} onChange @param {SchoolDrawing} drawing */
  stairs: (stairs, onChange, { floors }) => {
    const ground = floors[stairs.floor].elevation_m;
    const above = Object.fromEntries(Object.entries(floors).filter(([, floor]) => floor.elevation_m > ground).map(([id, { name }]) => [id, name]));
    return [
      makeText(WORDS.name, stairs.name, (name) => onChange({ name })),
      makeChoice(WORDS.up, UP_DEG, String(stairs.up_deg), (up) => onChange({ up_deg: Number(up) })),
      makeChoice(WORDS.shape, STAIR_SHAPES, stairs.shape, (shape) => onChange({ shape })),
      makeChoice(WORDS.leadsTo, above, stairs.upper, (upper) => onChange({ upper })),
    ];
  },
  /** @param {DrawnCamera} camera @param {(changed: object) => void} onChange */
  cameras: (camera, onChange) => [
    makeText(WORDS.name, camera.name, (name) => onChange({ name })),
    makeNumber(WORDS.hung, camera.over_floor_m, { least: 0.5, most: 11.9, onChange: (over_floor_m) => onChange({ over_floor_m: over_floor_m ?? camera.over_floor_m }) }),
    makeNumber(WORDS.field, camera.hfov_deg, { least: 11, most: 139, step: 1, onChange: (hfov_deg) => onChange({ hfov_deg }) }),
    makeChoice(WORDS.mode, MODES, camera.mode, (mode) => onChange({ mode })),
  ],
};
