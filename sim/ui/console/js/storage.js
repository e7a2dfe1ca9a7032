/** What the browser keeps for the console. Never throws: what the browser will not keep lasts as long as the page. */

/** Small pictures of marks; they can be made again, so they go first when room runs out. */
export const PICTURE_PREFIX = "sightline-picture-";

export class KeptStorage {
  /** @type {Map<string, string>} */
  #unkept = new Map();

  /** @param {Storage|null} store the browser's, or null where it is forbidden */
  constructor(store) {
    this.store = store;
  }

  /** @param {string} key */
  getItem(key) {
    return this.#unkept.get(key) ?? this.store?.getItem(key) ?? null;
  }

  /** @param {string} key @param {string} value */
  setItem(key, value) {
    if (this.#keep(key, value) || (this.#dropPictures() && this.#keep(key, value))) this.#unkept.delete(key);
    else this.#unkept.set(key, String(value));
  }

  /** @param {string} key */
  removeItem(key) {
    this.#unkept.delete(key);
    this.store?.removeItem(key);
  }

  /** @param {string} key @param {string} value */
  #keep(key, value) {
    try {
      this.store?.setItem(key, value);
      return this.store !== null;
    } catch {
      return false;
    }
  }

  /** Returns whether there were any. */
  #dropPictures() {
    const pictures = Object.keys(this.store ?? {}).filter((key) => key.startsWith(PICTURE_PREFIX));
    for (const key of pictures) this.store?.removeItem(key);
    return pictures.length > 0;
  }
}

/** Storage that lasts as long as the tab. */
export function openTabStorage() {
  return openStorage(() => sessionStorage);
}

/** Storage that outlasts the tab. */
export function openDeviceStorage() {
  return openStorage(() => localStorage);
}

/** @param {() => Storage} find */
function openStorage(find) {
  try {
    return new KeptStorage(find());
  } catch {
    return new KeptStorage(null);
  }
}
