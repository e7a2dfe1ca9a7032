/** Bookmarks: moments of a camera to come back to, with a note; on the timeline, and listed in a sheet. */

import { listChildren, make, makeUuid } from "./dom.js";
import { makeIcon } from "./icons.js";
import { makeSheet } from "./sheet.js";

const MOST_LETTERS = 200;

export class Bookmarks {
  /** @type {Bookmark[]} */
  #list = [];
  #rows = make("ul", { class: "noted-list" });
  #none = make("p", { class: "noted-none", text: "No bookmarks yet. A bookmark keeps the camera and the moment on screen." });

  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    const { parts, tools } = console_;
    this.sheet = makeSheet(parts, { name: "bookmarksSheet", title: "Bookmarks", content: [this.#none, this.#rows] });
    this.actions = { bookmark: () => this.add() };
    tools.add({ name: "bookmark", icon: "bookmark", label: "Bookmark this moment", key: "B", isNear: true, run: () => this.add() });
    tools.add({ name: "bookmarks", icon: "bookmark", label: "List of bookmarks", run: () => this.open() });
  }

  /** @param {Work} work */
  restore({ bookmarks }) {
    this.#set(bookmarks);
  }

  /** Bookmark what is on screen. */
  add() {
    const { picture, sayings, isLive, clock } = this.console;
    const { cameraId, playback } = picture;
    if (!isLive) return;
    if (cameraId === null) {
      sayings.hint("Choose a camera first");
      return;
    }
    const t_s = playback.shownS;
    const known = this.#list.find((each) => each.camera_id === cameraId && each.t_s === t_s);
    const bookmark = known ?? { bookmark_id: makeUuid(), camera_id: cameraId, t_s, text: "" };
    if (!known) this.#keep(bookmark);
    const note = { label: "Add note", run: () => this.open(bookmark.bookmark_id) };
    sayings.toast(`Bookmarked: ${picture.nameOf(cameraId)}, ${clock.words(t_s)}`, note);
  }

  /** Show the list; with the field of one bookmark's note ready to be written in. @param {string|null} [bookmarkId] */
  open(bookmarkId = null) {
    if (!this.console.isLive || this.sheet.open) return;
    this.sheet.showModal();
    const row = listChildren(this.#rows).find((each) => each.dataset.bookmark === bookmarkId);
    row?.querySelector("input")?.focus();
  }

  /** @param {Bookmark} bookmark */
  #keep(bookmark) {
    this.console.send("bookmark", { ...bookmark });
    this.#set([...this.#list.filter((each) => each.bookmark_id !== bookmark.bookmark_id), bookmark]);
  }

  /** @param {Bookmark} bookmark */
  #remove(bookmark) {
    this.console.send("unbookmark", { bookmark_id: bookmark.bookmark_id });
    this.#set(this.#list.filter((each) => each.bookmark_id !== bookmark.bookmark_id));
  }

  /** @param {Bookmark} bookmark */
  #go(bookmark) {
    this.sheet.close();
    this.console.goTo(bookmark);
  }

  /** @param {Bookmark[]} bookmarks */
  #set(bookmarks) {
    this.#list = [...bookmarks].sort((a, b) => a.t_s - b.t_s);
    this.#rows.replaceChildren(...this.#list.map((each) => this.#makeRow(each)));
    this.#none.hidden = this.#list.length > 0;
    this.console.timeline.setBookmarks(this.#list);
  }

  /** @param {Bookmark} bookmark */
  #makeRow(bookmark) {
    const { picture, clock } = this.console;
    const [where, when] = [picture.nameOf(bookmark.camera_id), clock.words(bookmark.t_s)];
    const go = make(
      "button",
      { type: "button", class: "button noted-go", "aria-label": `Go to the bookmark on ${where} at ${when}`, on: { click: () => this.#go(bookmark) } },
      make("span", { class: "noted-where", text: where }),
      make("span", { class: "noted-when", text: when }),
    );
    const field = make("input", { type: "text", class: "noted-text", maxlength: MOST_LETTERS, placeholder: "Note", "aria-label": `Note to ${where}, ${when}` });
    field.value = bookmark.text;
    field.addEventListener("change", () => field.value !== bookmark.text && this.#rename(bookmark, field.value));
    const remove = make(
      "button",
      { type: "button", class: "button", "aria-label": `Remove the bookmark on ${where} at ${when}`, title: "Remove this bookmark", on: { click: () => this.#remove(bookmark) } },
      makeIcon("remove"),
    );
    return make("li", { class: "noted-row", "data-bookmark": bookmark.bookmark_id }, go, field, remove);
  }

  /**
   * Other words for a bookmark; its row stays, so that what is pressed next is still there.
   * @param {Bookmark} bookmark
   * @param {string} text
   */
  #rename(bookmark, text) {
    bookmark.text = text;
    this.console.send("bookmark", { ...bookmark });
    this.console.timeline.setBookmarks(this.#list);
  }
}
