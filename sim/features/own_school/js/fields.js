/** The editor's words, the pictures of its help, and the fields in which it asks. */

import { findFocus, listElements, make, makeSvg, makeSvgText } from "./dom.js";
import { isInside, listFloors, makeFloor, removeFloor } from "./plan_geometry.js";

// Words of the editor.

export const TOOLS = [
  { id: "select", name: "Select", hint: "Click a part to change it. Drag corners, doors and cameras. Delete removes it." },
  { id: "scale", name: "Scale", hint: "Click two points whose distance you know, then enter the distance." },
  { id: "straighten", name: "Straighten", hint: "Click two points on one long wall. The plan turns until that wall is level or upright. A plan that lies on its side or on its head is turned by quarters." },
  { id: "space", name: "Room or hall", hint: "Click the corners in order. Click the first corner again to close it, or press Enter. A corner moves to others and to straight lines by at most 0.4 m (16 in); hold Alt to put it exactly where you click." },
  { id: "door", name: "Door", hint: "Click a wall where a door or an opening is. What is behind it is found automatically." },
  { id: "stairs", name: "Stairs", hint: "Click two opposite corners of the stairs, landings included. Then choose where they go up to." },
  { id: "thing", name: "Furniture", hint: "Click two opposite corners of something that hides people: lockers, a desk, a cabinet." },
  { id: "camera", name: "Camera", hint: "Click where the camera hangs, then click a point it looks at." },
];

export const LINE_UP = { id: "lineup", name: "Line up floors", hint: "Click a point of this floor's plan, such as a corner of the stairs, then the same point on the gray lines of the floor below." };

export const UP_DEG = [["90", "Top of the plan"], ["0", "Right"], ["270", "Bottom of the plan"], ["180", "Left"]];
export const STAIR_SHAPES = { straight: "Go straight", left: "Turn back to the left", right: "Turn back to the right" };
export const SPACE_KINDS = { hall: "Hall", lobby: "Lobby", cafeteria: "Cafeteria", office: "Office", room: "Room", outdoor: "Outdoors" };
export const DOOR_KINDS = { classroom: "Classroom door", office: "Office door", restroom: "Rest room door", exterior: "Exit", gap: "Opening", stair: "Door to stairs" };
export const DOOR_WIDTHS = { classroom: 1.1, office: 1, restroom: 1.1, exterior: 1.8, gap: 3, stair: 1.8 };
export const THING_KINDS = { lockers: "Lockers", desk: "Desk", "cafeteria-table": "Cafeteria table", bench: "Bench", shelf: "Shelf", box: "Other" };
const SUN_FROM = [["", "Overcast or in the shade"], ...["right", "top right", "top", "top left", "left", "bottom left", "bottom", "bottom right"].map((side, n) => [String(45 * n), `Sun from the ${side} of the plan`])];
export const MODES = { day: "Color", night: "Infrared (black and white)" };

export const WORDS = {
  away: "Not saved yet: the server does not answer. Your work is kept in this browser and sent again.",
  takeOver: "Edit here instead",
  plan: "Plan of the floor. Arrow keys move a cross, Enter clicks.",
  picture: "Picture of the camera. Arrow keys move a cross, Enter clicks.",
  first: "First add the plan of this floor, below. Without one, begin with “Room or hall”.",
  addPlan: "Add a plan (PNG, JPG or PDF)",
  otherPlan: "Replace the plan",
  otherPicture: "Replace the picture",
  straighten: "Straighten it",
  leaveTilted: "Leave it",
  /** @param {number} degrees */
  tilted: (degrees) => `This plan is tilted by ${Math.abs(degrees).toFixed(1)} degrees. Straighten it before you draw: what you draw on it would turn with it.`,
  name: "Name",
  kind: "Kind",
  height: "Height",
  hung: "Height over the floor",
  sun: "Light in the picture",
  outside: "This camera hangs outside all that is drawn. Draw the ground that it shows, from under it up to the building, as a room of the kind Outdoors.",
  distance: "Distance between the two points: 100 ft, 12 ft 6 in, 30.5 m",
  elevation: "Height above the main floor",
  matchLead: "Find eight to ten points that you see both on the plan and in the picture: feet and tops of door frames, corners of rooms. Click each on the plan (+ brings it closer), choose its height, and click it in the picture.",
  heights: { 0: "On the floor", 2.1: "Top of a door", ceiling: "Ceiling", other: "Other height" },
  hangs: (/** @type {number} */ meters) => `The camera would hang ${writeLength(meters)} over the floor.`,
  grades: { good: "Good match.", fair: "Fair match.", poor: "Poor match: not to be used." },
  off: (/** @type {number} */ share) => (share < 0.004 ? "fits" : share < 0.012 ? "a little off" : "far off"),
  high: (/** @type {number} */ meters) => (meters === 0 ? "On the floor" : `${writeLength(meters)} high`),
  dropPoint: "Remove the point",
  accept: "Use this match",
  outline: "Outline something in view",
  boxesHint: "Draw a box around a person, a name or a clock that the picture shows: drag across it, or click two opposite corners. Click a box to remove it.",
  paint: "Paint them out",
  outlineHint: "Click around something that stands in view and is not on the plan, such as a post. Its lowest point must be where it stands.",
  peopleHint: "Click on the plan or in the picture: people of 1.2 m (4 ft) and 1.75 m (5 ft 9 in) stand there. Check that their feet and size look right.",
  needed: (/** @type {number} */ count) => `${count} of 6 points that are needed at least; ${6 - count} more.`,
  /** @param {number} count */
  toPaint: (count) => `${count === 1 ? "1 box is" : `${count} boxes are`} to be painted out. Check that each shows a person or text; click a wrong one to remove it. What they show is deleted for good.`,
  toMend: (/** @type {number} */ count) => `${count} ${count === 1 ? "thing" : "things"} to mend, listed beside the plan and marked on it.`,
  edited: (/** @type {string} */ name) => `${name} is editing this school. You can look at it, but not change it.`,
};

// A small picture of what each tool does: where to click, in which order, and what comes of it.

const [WIDTH, HEIGHT] = [132, 72];

/** @typedef {["path"|"circle"|"text", Record<string, string|number>, string?]} Stroke tag, attributes, text */

/** @param {string} d @param {string} kind @returns {Stroke} */
const line = (d, kind) => ["path", { d, class: kind }];

/** A click, with its number. @param {number} x @param {number} y @param {number|string} name @returns {Stroke[]} */
const dot = (x, y, name) => [["circle", { cx: x, cy: y, r: 7, class: "help-dot" }], ["text", { x, y: y + 3.5, class: "help-number" }, String(name)]];

/** Somebody who stands. @param {number} x @param {number} y of the feet @param {number} tall @param {string} kind @returns {Stroke[]} */
const person = (x, y, tall, kind) => [["circle", { cx: x, cy: y - tall * 0.87, r: tall * 0.11, class: kind }], line(`M${x - tall * 0.14} ${y - tall * 0.74}H${x + tall * 0.14}L${x + tall * 0.1} ${y}H${x - tall * 0.1}Z`, kind)];

const ROOM = "M16 14H116V58H16Z";
/** A hall as a camera shows it. */
const VIEW = [line("M4 4H128V68H4Z", "help-paper"), line("M4 4L44 20M128 4L88 20M4 68L44 46M128 68L88 46M44 20H88V46H44Z", "help-wall"), line("M58 46V28H74V46", "door")];

/** @type {Record<string, Stroke[]>} */
const PICTURES = {
  select: [line(ROOM, "space chosen"), ["circle", { cx: 116, cy: 58, r: 5, class: "corner" }], line("M96 40L112 54M112 54L104 53M112 54L111 46", "help-arrow")],
  scale: [line(ROOM, "help-wall"), line("M16 36H116", "help-measure"), ...dot(16, 36, 1), ...dot(116, 36, 2), ["text", { x: 66, y: 31, class: "help-words" }, "40 ft"]],
  straighten: [line("M14 22L112 14L118 52L20 60Z", "help-thin"), line("M16 14H116V58H16Z", "space"), ...dot(24, 21, 1), ...dot(104, 15, 2)],
  space: [line("M16 14H116V36H70V58H16Z", "space"), ...dot(16, 14, 1), ...dot(116, 14, 2), ...dot(116, 36, 3), ...dot(70, 36, 4), ...dot(70, 58, 5), ...dot(16, 58, 6)],
  door: [line("M8 36H52M84 36H124", "help-wall"), line("M52 36H84", "door"), line("M52 36A32 32 0 0 1 84 66", "help-thin"), ...dot(68, 30, 1), ["text", { x: 24, y: 22, class: "help-words" }, "Hall"], ["text", { x: 106, y: 58, class: "help-words" }, "Room"]],
  stairs: [line("M8 60H124", "help-wall"), line("M40 12H92V60H40Z", "stairs"), line("M46 24H86M46 32H86M46 40H86M46 48H86M66 20V56", "help-thin"), line("M79 56V18H53V54M53 54L49 47M53 54L57 47", "help-arrow"), ...dot(40, 60, 1), ...dot(92, 12, 2)],
  thing: [line("M8 14H124", "help-wall"), line("M36 14H96V34H36Z", "thing"), ...dot(36, 14, 1), ...dot(96, 34, 2), ["text", { x: 66, y: 28, class: "help-words" }, "Lockers"]],
  camera: [line(ROOM, "help-wall"), line("M24 20L100 22L84 56Z", "cone"), ...dot(24, 20, 1), ...dot(90, 38, 2)],
  lineup: [line("M16 20H92V62H16Z", "below"), line("M34 8H116V50H34Z", "space"), ...dot(34, 50, 1), ...dot(16, 62, 2), line("M29 53L22 58", "help-arrow")],
  match: [line("M4 14H56V58H4Z", "help-wall"), line("M20 14H34", "door"), ...dot(34, 20, 1), line("M72 8H128V64H72Z", "help-paper"), line("M72 8L90 20M128 8L110 20M72 64L90 48M128 64L110 48M90 20H110V48H90Z", "help-wall"), line("M96 48V30H104V48", "door"), ...dot(104, 48, 2), line("M58 36H69M69 36L64 32M69 36L64 40", "help-arrow")],
  people: [...VIEW, ...person(34, 64, 44, "help-person"), ...person(82, 54, 22, "help-person")],
  outline: [...VIEW, line("M92 14H100V60H92Z", "outline"), ...dot(92, 14, 1), ...dot(100, 60, 2), ["text", { x: 66, y: 64, class: "help-words" }, "Post"]],
  boxes: [...VIEW, ...person(34, 62, 40, "help-person"), line("M24 18H44V64H24Z", "box"), ...dot(24, 18, 1), ...dot(44, 64, 2)],
};

export function makeHelpPicture(/** @type {string} */ id) {
  const strokes = PICTURES[id] ?? [];
  return makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "help", "aria-hidden": "true" }, ...strokes.map(([tag, attributes, text]) => (tag === "text" ? makeSvgText(tag, text ?? "", attributes) : makeSvg(tag, attributes))));
}

// Labeled fields of the editor's panels.

const FIELDS = "button, input, select";

/** @type {WeakMap<HTMLElement, () => Node[]>} */ const waiting = new WeakMap();

/** Whether a button of a panel is held down. @type {WeakMap<HTMLElement, boolean>} */
const pressed = new WeakMap();

/** The focus keeps its place. While somebody types in it or holds a button down, it waits: done after that. */
export function refill(/** @type {HTMLElement} */ panel, /** @type {() => Node[]} */ makeChildren) {
  watchPresses(panel);
  if (pressed.get(panel)) {
    waiting.set(panel, makeChildren);
    return;
  }
  const focused = findFocus(panel);
  const place = listElements(panel, FIELDS).findIndex((field) => field === focused);
  if (place >= 0 && focused instanceof HTMLInputElement && focused.type !== "file") {
    if (!waiting.has(panel)) focused.addEventListener("focusout", () => setTimeout(() => fillWaiting(panel)), { once: true });
    waiting.set(panel, makeChildren);
    return;
  }
  waiting.delete(panel);
  panel.replaceChildren(...makeChildren());
  if (place >= 0) listElements(panel, FIELDS)[place]?.focus({ preventScroll: true });
}

/** Note presses on a panel's buttons: one that is replaced between pointer down and up is lost. @param {HTMLElement} panel */
function watchPresses(panel) {
  if (pressed.has(panel)) return;
  pressed.set(panel, false);
  panel.addEventListener("pointerdown", ({ target }) => {
    if (!(target instanceof Element) || !target.closest("button")) return;
    pressed.set(panel, true);
    const end = () => setTimeout(() => {
      pressed.set(panel, false);
      fillWaiting(panel);
    });
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, end, { once: true, capture: true });
  });
}

function fillWaiting(/** @type {HTMLElement} */ panel) {
  const makeChildren = waiting.get(panel);
  waiting.delete(panel);
  if (makeChildren) refill(panel, makeChildren);
}

function wrap(/** @type {string} */ label, /** @type {HTMLElement} */ field) {
  return make("label", { class: "field" }, make("span", { text: label }), field);
}

export function makeText(/** @type {string} */ label, /** @type {string} */ value, /** @type {(text: string) => void} */ onChange) {
  const input = make("input", { type: "text", value, maxlength: "60" });
  input.addEventListener("change", () => {
    const text = input.value.trim();
    if (text) setTimeout(() => onChange(text)); // when the field that Tab leads to has the focus, which is kept
    else input.value = value;
  });
  return wrap(label, input);
}

/** @param {string} label @param {number|null} value @param {{least: number, most: number, step?: number, onChange: (value: number|null) => void}} options */
export function makeNumber(label, value, { least, most, step = 0.1, onChange }) {
  const input = make("input", { type: "number", value: value === null ? "" : String(Math.round(value * 100) / 100), min: String(least), max: String(most), step: String(step) });
  input.addEventListener("change", () => {
    const given = input.value === "" ? null : Number(input.value);
    if (given !== null && (!Number.isFinite(given) || given < least || given > most)) input.setCustomValidity(`Enter ${least} to ${most}.`);
    else input.setCustomValidity("");
    if (input.reportValidity()) setTimeout(() => onChange(given));
  });
  return wrap(label, input);
}

// Lengths are kept in meters, and typed and shown in feet or meters: as they were typed last.

const FOOT_M = 0.3048;
const LENGTH = /^(-?\d*\.?\d+)\s*(?:(m|meters?)|((?:ft|feet|foot|['’′])(?:\s*(\d*\.?\d+)\s*(?:in|inch|inches|["”″])?)?))?$/;
let isInFeet = globalThis.navigator?.language === "en-US";

/** Meters of what was typed, NaN where it is no length. @param {string} text @param {boolean} [needsUnit] whether a mere number is none */
export function readLength(text, needsUnit = false) {
  const [is, number, metric, feet, inches] = LENGTH.exec(text.trim().toLowerCase()) ?? [];
  if (!is || (needsUnit && !metric && !feet)) return NaN;
  if (metric || feet) isInFeet = Boolean(feet);
  return isInFeet ? (Number(number) + Number(inches ?? 0) / 12) * FOOT_M : Number(number);
}

export function writeLength(/** @type {number} */ meters) {
  return isInFeet ? `${Math.round((meters / FOOT_M) * 10) / 10} ft` : `${Math.round(meters * 100) / 100} m`;
}

/** @param {string} label @param {number|null} value meters @param {{least: number, most: number, onChange: (value: number|null) => void}} options */
export function makeLength(label, value, { least, most, onChange }) {
  const input = make("input", { type: "text", maxlength: "20", value: value === null ? "" : writeLength(value) });
  input.addEventListener("change", () => {
    const given = input.value.trim() === "" ? null : readLength(input.value);
    const isFine = given === null || (given >= least && given <= most);
    input.setCustomValidity(isFine ? "" : `Enter ${writeLength(least)} to ${writeLength(most)}.`);
    if (input.reportValidity()) setTimeout(() => onChange(given));
  });
  return wrap(label, input);
}

/** @param {string} label @param {Record<string, string>|string[][]} choices words by value; pairs where numbers name them, to keep their order @param {string} value @param {(value: string) => void} onChange */
export function makeChoice(label, choices, value, onChange) {
  const select = make("select", {}, ...(Array.isArray(choices) ? choices : Object.entries(choices)).map(([key, words]) => make("option", { value: key, text: words, selected: key === value })));
  select.addEventListener("change", () => onChange(select.value));
  return wrap(label, select);
}

export function makeButton(/** @type {string} */ text, /** @type {() => void} */ onClick, /** @type {Record<string, string|boolean>} */ more = {}) {
  return make("button", { type: "button", text, ...more, on: { click: onClick } });
}

/** A button that asks for a file. @param {string} text @param {string} accept @param {string} part @param {(file: File) => void} onFile */
export function makeFileButton(text, accept, part, onFile) {
  const input = make("input", { type: "file", accept, "data-part": part, class: "file", "aria-label": text });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (file) onFile(file);
    input.value = "";
  });
  return make("label", { class: "file-button" }, make("span", { text }), input);
}

// What the panel beside the plan asks of a floor, and of the part that is chosen.

/** @param {SchoolDrawing} drawing @param {string} floor @param {{put: (changes: SchoolChange[]) => void, show: (floor: string) => void}} on @returns {HTMLElement[]} */
export function makeFloorPanel(drawing, floor, { put, show }) {
  const { floors } = drawing;
  const now = floors[floor];
  const names = listFloors(floors);
  const change = (/** @type {Partial<DrawnFloor>} */ changed) => put([{ kind: "floors", name: floor, now: { ...now, ...changed } }]);
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
    makeText("Name of this floor", now.name, (name) => change({ name })),
    ...(names.length > 1 ? [makeLength(WORDS.elevation, now.elevation_m, { least: -20, most: 60, onChange: (given) => change({ elevation_m: given ?? now.elevation_m }) })] : []),
    makeLength("Height of its rooms", now.height_m, { least: 2.1, most: 11.9, onChange: (given) => change({ height_m: given ?? now.height_m }) }),
    makeButton("Add a floor", add, { "data-part": "add-floor" }),
    ...(names.length > 1 ? [makeButton("Delete this floor", remove, { class: "remove", "data-part": "remove-floor" })] : []),
  ];
}

export function makeFloorChoice(/** @type {SchoolDrawing} */ { floors }, /** @type {string} */ floor, /** @type {(floor: string) => void} */ show) {
  const names = listFloors(floors);
  if (names.length < 2) return [];
  const choice = makeChoice("Floor", names.map((name) => [name, floors[name].name]), floor, show);
  choice.dataset.part = "floor";
  return [choice];
}

/** @param {SchoolDrawing} drawing @param {ChosenPart|null} chosen @param {(changed: object|null) => void} onChange what of the part is another from now on, null to delete it @returns {HTMLElement[]} */
export function makePanel(drawing, chosen, onChange) {
  const part = chosen && drawing[chosen.kind][chosen.name];
  if (!chosen || !part) return [];
  const maker = MAKERS[/** @type {keyof typeof MAKERS} */ (chosen.kind)];
  const remove = makeButton("Delete", () => onChange(null), { class: "remove" });
  return [...(maker ? maker(/** @type {any} */ (part), onChange, drawing) : []), remove];
}

const MAKERS = {
  spaces: (/** @type {DrawnSpace} */ space, /** @type {(changed: object) => void} */ onChange) => [
    makeText(WORDS.name, space.name, (name) => onChange({ name })),
    makeChoice(WORDS.kind, SPACE_KINDS, space.kind, (kind) => onChange({ kind })),
    makeLength(WORDS.height, space.height_m, { least: 2.1, most: 11.9, onChange: (height_m) => onChange({ height_m }) }),
  ],
  doors: (/** @type {DrawnDoor} */ door, /** @type {(changed: object) => void} */ onChange) => [
    makeText(WORDS.name, door.name, (name) => onChange({ name })),
    makeChoice(WORDS.kind, DOOR_KINDS, door.kind, (kind) => onChange({ kind, width_m: DOOR_WIDTHS[/** @type {keyof typeof DOOR_WIDTHS} */ (kind)] })),
    makeLength("Width", door.width_m, { least: 0.6, most: 11.9, onChange: (width_m) => onChange({ width_m: width_m ?? door.width_m }) }),
    makeLength(WORDS.height, door.height_m, { least: 1.6, most: 5.9, onChange: (height_m) => onChange({ height_m: height_m ?? door.height_m }) }),
  ],
  things: (/** @type {DrawnThing} */ thing, /** @type {(changed: object) => void} */ onChange) => [
    makeChoice(WORDS.kind, { ...THING_KINDS, ...(thing.kind in THING_KINDS ? {} : { [thing.kind]: thing.kind }) }, thing.kind, (kind) => onChange({ kind })),
    makeLength(WORDS.height, thing.height_m, { least: 0.1, most: 5.9, onChange: (height_m) => onChange({ height_m: height_m ?? thing.height_m }) }),
  ],
  stairs: (/** @type {DrawnStairs} */ stairs, /** @type {(changed: object) => void} */ onChange, /** @type {SchoolDrawing} */ { floors }) => {
    const ground = floors[stairs.floor].elevation_m;
    const above = Object.fromEntries(Object.entries(floors).filter(([, floor]) => floor.elevation_m > ground).map(([id, { name }]) => [id, name]));
    return [
      makeText(WORDS.name, stairs.name, (name) => onChange({ name })),
      makeChoice("Go up toward", UP_DEG, String(stairs.up_deg), (up) => onChange({ up_deg: Number(up) })),
      makeChoice("Shape", STAIR_SHAPES, stairs.shape, (shape) => onChange({ shape })),
      makeChoice("Lead up to", above, stairs.upper, (upper) => onChange({ upper })),
    ];
  },
  cameras: (/** @type {DrawnCamera} */ camera, /** @type {(changed: object) => void} */ onChange, /** @type {SchoolDrawing} */ { spaces }) => [
    ...(findAround(camera, spaces).length === 0 ? [make("p", { class: "refused", role: "status", "data-part": "outside", text: WORDS.outside })] : []),
    makeText(WORDS.name, camera.name, (name) => onChange({ name })),
    makeLength(WORDS.hung, camera.over_floor_m, { least: 0.5, most: 11.9, onChange: (over_floor_m) => onChange({ over_floor_m: over_floor_m ?? camera.over_floor_m }) }),
    makeNumber("Field of view by the data sheet, degrees (if known)", camera.hfov_deg, { least: 11, most: 139, step: 1, onChange: (hfov_deg) => onChange({ hfov_deg }) }),
    makeChoice("Picture", MODES, camera.mode, (mode) => onChange({ mode })),
    ...(findAround(camera, spaces).every(({ kind }) => kind === "outdoor") ? [makeChoice(WORDS.sun, SUN_FROM, writeSun(camera), (from) => onChange({ sun: from === "" ? null : { strength: 1, azimuth_deg: Number(from) } }))] : []),
  ],
};

function findAround(/** @type {DrawnCamera} */ { floor, found, at }, /** @type {Record<string, DrawnSpace>} */ spaces) {
  return Object.values(spaces).filter((space) => space.floor === floor && isInside(found?.at ?? at, space.polygon));
}

function writeSun(/** @type {DrawnCamera} */ { sun }) {
  return sun?.strength ? String((((Math.round(sun.azimuth_deg / 45) % 8) + 8) % 8) * 45) : "";
}
