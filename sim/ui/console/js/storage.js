/** What the browser keeps: for the console, and of a site the views that a person made. */

import { makeUuid, readJson } from "./dom.js";

/** Small pictures of marks; they can be made again, so they go first when room runs out. */
export const PICTURE_PREFIX = "sightline-picture-";

/** What the browser keeps for the console. Never throws: what the browser will not keep lasts as long as the page. */
export class KeptStorage {
  /** @type {Map<string, string>} */ #unkept = new Map();

  /** @param {Storage|null} store the browser's, or null where it is forbidden */
  constructor(store) {
    this.store = store;
  }

  getItem(/** @type {string} */ key) { return this.#unkept.get(key) ?? this.store?.getItem(key) ?? null; }

  setItem(/** @type {string} */ key, /** @type {string} */ value) {
    if (this.#keep(key, value) || (this.#dropPictures() && this.#keep(key, value))) this.#unkept.delete(key);
    else this.#unkept.set(key, String(value));
  }

  removeItem(/** @type {string} */ key) {
    this.#unkept.delete(key);
    this.store?.removeItem(key);
  }

  #keep(/** @type {string} */ key, /** @type {string} */ value) {
    try {
      this.store?.setItem(key, value);
      return this.store !== null;
    } catch {
      return false;
    }
  }

  #dropPictures() {
    const pictures = Object.keys(this.store ?? {}).filter((key) => key.startsWith(PICTURE_PREFIX));
    for (const key of pictures) this.store?.removeItem(key);
    return pictures.length > 0;
  }
}

export function openStorage(/** @type {() => Storage} */ find) {
  try {
    return new KeptStorage(find());
  } catch {
    return new KeptStorage(null);
  }
}

const SCHEMA_VERSION = 1;
const MOST_NAME = 40;
const MOST_VIEWS = 30;
const MOST_WALLS = 8;

/** @typedef {{id?: string|null, name: string, layout: string, cameras: string[]}} Wanted a view as somebody wants it kept */
/** @typedef {{attempt: string, view: string, layout: string}} KeptWall */
/** @typedef {{schema_version?: number, views?: unknown, walls?: unknown, numbers?: unknown}} Stored */

/**
 * A person's own views of a site's wall, kept in the browser by site; and what the wall of each of the latest drills
 * shows, which is for that drill alone: it is there after a reload, and the next drill begins with all cameras.
 */
export class SavedViews {
  /** @type {KeptWall[]} */ walls = [];
  numbersOpenViews = false;
  #isNewer = false;

  constructor(/** @type {{storage: Kept, siteId: string, attemptId: string, cameraIds: string[]}} */ { storage, siteId, attemptId, cameraIds }) {
    this.storage = storage;
    this.attemptId = attemptId;
    this.cameraIds = cameraIds;
    this.key = `sightline-views-${siteId}`;
    this.#read();
  }

  /** Take what is kept now: another tab may have changed it. */
  #read() {
    /** @type {Stored} */ const stored = readJson(this.storage.getItem(this.key));
    this.#isNewer = (stored.schema_version ?? 0) > SCHEMA_VERSION;
    const isKnown = stored.schema_version === SCHEMA_VERSION;
    /** @type {SavedView[]} */
    this.all = isKnown && Array.isArray(stored.views) ? stored.views.flatMap((view) => this.#check(view) ?? []) : [];
    this.walls = isKnown && Array.isArray(stored.walls) ? stored.walls.filter((wall) => typeof wall?.attempt === "string") : [];
    this.numbersOpenViews = isKnown && stored.numbers === "views";
  }

  /** What this drill's wall shows, `{view, layout}`; {} as long as nobody has changed it. */
  get wall() { return this.walls.find((wall) => wall.attempt === this.attemptId) ?? {}; }
  find(/** @type {string} */ id) { return this.all.find((view) => view.id === id) ?? null; }

  /** Why a view cannot be kept, in words; null when it can. `id` is that of the view that is changed, if any. */
  refuse(/** @type {Wanted} */ { id = null, name, cameras }) {
    const wanted = trim(name);
    if (this.#isNewer) return "A newer Sightline keeps views in this browser. They cannot be changed here.";
    if (!wanted) return "Give the view a name.";
    if (!cameras.length) return "Choose at least one camera.";
    if (this.all.some((view) => view.id !== id && view.name.toLowerCase() === wanted.toLowerCase())) return `There is a view named ${wanted} already.`;
    if (id === null && this.all.length >= MOST_VIEWS) return `There are ${MOST_VIEWS} views already. Remove one first.`;
    return null;
  }

  keep(/** @type {Wanted} */ { id = null, name, layout, cameras }) {
    const view = { id: id ?? makeUuid(), name: trim(name), layout, cameras };
    this.#read();
    const place = this.all.findIndex((each) => each.id === id);
    if (place >= 0) this.all[place] = view;
    else this.all.push(view);
    this.#store();
    return view;
  }

  remove(/** @type {string} */ id) {
    this.#read();
    this.all = this.all.filter((view) => view.id !== id);
    this.#store();
  }

  setWall(/** @type {{view: string, layout: string}} */ { view, layout }) {
    this.#read();
    const others = this.walls.filter((wall) => wall.attempt !== this.attemptId);
    this.walls = [...others, { attempt: this.attemptId, view, layout }].slice(-MOST_WALLS);
    this.#store();
  }

  setNumbers(/** @type {boolean} */ openViews) {
    this.#read();
    this.numbersOpenViews = openViews;
    this.#store();
  }

  #store() {
    if (this.#isNewer) return;
    const numbers = this.numbersOpenViews ? "views" : "cameras";
    this.storage.setItem(this.key, JSON.stringify({ schema_version: SCHEMA_VERSION, views: this.all, walls: this.walls, numbers }));
  }

  /** A view as it was kept, without cameras that are gone; null for what is none. @returns {SavedView|null} */
  #check(/** @type {Partial<SavedView>|null} */ view) {
    const { id, name, layout, cameras: kept } = view ?? {};
    if (typeof id !== "string" || typeof name !== "string" || typeof layout !== "string" || !Array.isArray(kept)) return null;
    const cameras = kept.filter((cameraId, place) => this.cameraIds.includes(cameraId) && kept.indexOf(cameraId) === place);
    return cameras.length ? { id, name, layout, cameras } : null;
  }
}

function trim(/** @type {string} */ name) {
  return name.trim().replace(/\s+/g, " ").slice(0, MOST_NAME);
}
