/** What a person keeps or tells beside marks: bookmarks, reports of cameras, pictures saved as files. */

import { getPen, listChildren, make, makePushButton, makeUuid, must } from "./dom.js";
import { makeIcon } from "./icons.js";
import { makeSheet } from "./tools.js";

const MOST_NOTE = 200;

/** Bookmarks: moments of a camera to come back to, with a note; on the timeline, and listed in a sheet. */
export class Bookmarks {
  /** @type {Bookmark[]} */ #list = [];
  #rows = make("ul", { class: "noted-list" });
  #none = make("p", { class: "noted-none", text: "No bookmarks yet. A bookmark keeps the camera and the moment on screen." });

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, tools } = console_;
    this.sheet = makeSheet(parts, { name: "bookmarksSheet", title: "Bookmarks", content: [this.#none, this.#rows] });
    this.actions = { bookmark: () => this.add() };
    tools.add({ name: "bookmark", icon: "bookmark", label: "Bookmark this moment", key: "B", isNear: true, run: () => this.add() });
    tools.add({ name: "bookmarks", icon: "bookmark", label: "List of bookmarks", run: () => this.open() });
  }

  restore(/** @type {Work} */ { bookmarks }) {
    this.#set(bookmarks);
  }

  add() {
    const { picture, sayings, isLive, clock } = this.console;
    const { cameraId, playback } = picture;
    if (!isLive) return;
    if (cameraId === null) return sayings.hint("Choose a camera first");
    const t_s = playback.shownS;
    const known = this.#list.find((each) => each.camera_id === cameraId && each.t_s === t_s);
    const bookmark = known ?? { bookmark_id: makeUuid(), camera_id: cameraId, t_s, text: "" };
    if (!known) {
      this.console.send("bookmark", { ...bookmark });
      this.#set([...this.#list, bookmark]);
    }
    const note = { label: "Add note", run: () => this.open(bookmark.bookmark_id) };
    sayings.toast(`Bookmarked: ${picture.nameOf(cameraId)}, ${clock.words(t_s)}`, note);
  }

  open(/** @type {string|null} */ bookmarkId = null) {
    if (!this.console.isLive || this.sheet.open) return;
    this.sheet.showModal();
    const row = listChildren(this.#rows).find((each) => each.dataset.bookmark === bookmarkId);
    row?.querySelector("input")?.focus();
  }

  #remove(/** @type {Bookmark} */ bookmark) {
    this.console.send("unbookmark", { bookmark_id: bookmark.bookmark_id });
    this.#set(this.#list.filter((each) => each.bookmark_id !== bookmark.bookmark_id));
  }

  #set(/** @type {Bookmark[]} */ bookmarks) {
    this.#list = [...bookmarks].sort((a, b) => a.t_s - b.t_s);
    this.#rows.replaceChildren(...this.#list.map((each) => this.#makeRow(each)));
    this.#none.hidden = this.#list.length > 0;
    this.console.timeline.setBookmarks(this.#list);
  }

  #makeRow(/** @type {Bookmark} */ bookmark) {
    const { picture, clock } = this.console;
    const [where, when] = [picture.nameOf(bookmark.camera_id), clock.words(bookmark.t_s)];
    const go = makePushButton(
      () => (this.sheet.close(), this.console.goTo(bookmark)),
      { class: "button noted-go", "aria-label": `Go to the bookmark on ${where} at ${when}` },
      make("span", { class: "noted-where", text: where }),
      make("span", { class: "noted-when", text: when }),
    );
    const field = make("input", { type: "text", class: "noted-text", maxlength: MOST_NOTE, placeholder: "Note", "aria-label": `Note to ${where}, ${when}` });
    field.value = bookmark.text;
    field.addEventListener("change", () => field.value !== bookmark.text && this.#rename(bookmark, field.value));
    const remove = makePushButton(
      () => this.#remove(bookmark),
      { "aria-label": `Remove the bookmark on ${where} at ${when}`, title: "Remove this bookmark" },
      makeIcon("remove"),
    );
    return make("li", { class: "noted-row", "data-bookmark": bookmark.bookmark_id }, go, field, remove);
  }

  /** Other words for a bookmark; its row stays, so that what is pressed next is still there. */
  #rename(/** @type {Bookmark} */ bookmark, /** @type {string} */ text) {
    bookmark.text = text;
    this.console.send("bookmark", { ...bookmark });
    this.console.timeline.setBookmarks(this.#list);
  }
}

const MOST_REPORT = 500;
const OTHER = "other";

/** What may be wrong, by the name that the event carries. @type {Record<string, string>} */
const FAULTS = {
  "wrong-clock": "Clock is wrong",
  "wrong-name": "Name is wrong",
  "no-picture": "No picture",
  unclear: "Picture unclear",
  moved: "View has moved",
  choppy: "Choppy picture",
  [OTHER]: "Something else",
};

/** Reports of what is wrong with a camera: a sheet to write one, and the list of one's own to take back. */
export class FaultReports {
  /** @type {Fault[]} */ #reports = [];
  #camera = make("select", {});
  #text = make("textarea", { rows: "2", maxlength: MOST_REPORT });
  #problem = make("p", { class: "noted-problem", role: "alert", hidden: true });
  #rows = make("ul", { class: "noted-list" });
  #own = make("section", {}, make("h3", { text: "Your reports" }), this.#rows);

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts, picture, tools } = console_;
    const options = picture.wall.cameraIds.map((cameraId) => make("option", { value: cameraId, text: picture.nameOf(cameraId) }));
    this.#camera.append(...options);
    this.form = this.#makeForm();
    this.sheet = makeSheet(parts, { name: "faultSheet", title: "Report a camera", content: [this.form, this.#own] });
    tools.add({ name: "fault", icon: "fault", label: "Report what is wrong with a camera", run: () => this.open() });
  }

  restore(/** @type {Work} */ { faults }) {
    this.#set(faults);
  }

  open() {
    const { cameraId } = this.console.picture;
    this.form.reset();
    this.#say("");
    if (cameraId !== null) this.#camera.value = cameraId;
    this.sheet.showModal();
  }

  #makeForm() {
    const choices = Object.entries(FAULTS).map(([value, words]) =>
      make("label", { class: "check" }, make("input", { type: "radio", name: "fault", value }), words),
    );
    return make(
      "form",
      { class: "fault-form", novalidate: true, on: { submit: (event) => (event.preventDefault(), this.#report()) } },
      make("label", { class: "field", text: "Camera" }, this.#camera),
      make("fieldset", { class: "fault-choices" }, make("legend", { text: "What is wrong?" }), ...choices),
      make("label", { class: "field", text: "In a few words, if you like" }, this.#text),
      this.#problem,
      make("button", { class: "button button-main", text: "Report" }),
    );
  }

  #report() {
    const { picture, sayings, isLive } = this.console;
    if (!isLive) return;
    const fault = String(new FormData(this.form).get("fault") ?? "");
    const text = this.#text.value.trim();
    if (!fault) this.#say("Choose what is wrong.");
    else if (fault === OTHER && !text) this.#say("Say in a few words what is wrong.");
    else {
      const camera_id = this.#camera.value;
      const same = this.#reports.find((each) => each.camera_id === camera_id && each.fault === fault && fault !== OTHER);
      const report = { fault_id: same?.fault_id ?? makeUuid(), camera_id, fault, t_s: picture.playback.shownS, text };
      this.console.send("fault", { ...report });
      this.#set([...this.#reports.filter((each) => each.fault_id !== report.fault_id), report]);
      this.sheet.close();
      sayings.toast(`Reported: ${picture.nameOf(camera_id)}`);
    }
  }

  #takeBack(/** @type {Fault} */ report) {
    this.console.send("unfault", { fault_id: report.fault_id });
    this.#set(this.#reports.filter((each) => each.fault_id !== report.fault_id));
  }

  #say(/** @type {string} */ words) {
    this.#problem.textContent = words;
    this.#problem.hidden = words === "";
  }

  #set(/** @type {Fault[]} */ reports) {
    this.#reports = reports;
    this.#rows.replaceChildren(...reports.map((each) => this.#makeRow(each)));
    this.#own.hidden = reports.length === 0;
  }

  #makeRow(/** @type {Fault} */ report) {
    const where = this.console.picture.nameOf(report.camera_id);
    const words = [FAULTS[report.fault], report.text].filter(Boolean).join(": ");
    return make(
      "li",
      { class: "noted-row", "data-report": report.fault_id },
      make("p", { class: "noted-words" }, make("span", { class: "noted-where", text: where }), make("span", { class: "noted-when", text: words })),
      makePushButton(
        () => this.#takeBack(report),
        { "aria-label": `Remove the report on ${where}`, title: "Remove this report" },
        makeIcon("remove"),
      ),
    );
  }
}

const BAND_SHARE = 0.06;
const JPEG_QUALITY = 0.92;
const NOTICE = "Sightline simulated footage";

/** Snapshot: the main picture as a file, with camera, time and what it is written below it. */
export class Snapshot {
  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    this.actions = { snapshot: () => this.take() };
    console_.tools.add({ name: "snapshot", icon: "snapshot", label: "Save the picture as a file", key: "S", isNear: true, run: () => this.take() });
  }

  async take() {
    const { picture, clock, sayings, parts, isLive, data } = this.console;
    const { main, cameraId } = picture;
    if (!isLive) return;
    if (cameraId === null || !main.source || parts.stage.dataset.showing !== "true") {
      sayings.hint("There is no picture to save yet");
      return;
    }
    const t_s = main.readFrame() / data.recording.fps;
    const [where, when] = [picture.nameOf(cameraId), clock.words(t_s)];
    const canvas = drawSnapshot(main, `${where}   ${when}`);
    this.console.send("snapshot", { camera_id: cameraId, t_s });
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY));
    if (blob === null) return sayings.hint("This browser cannot save the picture");
    saveFile(blob, `${nameSnapshot(where, when)}.jpg`);
    sayings.toast(`Picture saved: ${where}, ${when}`);
  }
}

/** The whole frame, and below it a band with words: nothing of the picture is covered. */
function drawSnapshot(/** @type {Pictured} */ { source, sizeWh: [width, height] }, /** @type {string} */ words) {
  const band = Math.max(20, Math.round(height * BAND_SHARE));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height: height + band });
  const pen = getPen(canvas, { alpha: false });
  pen.drawImage(must(source), 0, 0, width, height);
  pen.fillStyle = "#101214";
  pen.fillRect(0, height, width, band);
  pen.fillStyle = "#f0f3f5";
  pen.font = `600 ${Math.round(band * 0.55)}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  const middle = height + band / 2;
  const margin = band * 0.4;
  const noticeWidth = pen.measureText(NOTICE).width;
  pen.fillText(words, margin, middle, width - noticeWidth - 3 * margin);
  pen.textAlign = "right";
  pen.fillText(NOTICE, width - margin, middle, width / 2);
  return canvas;
}

/** A file name that every system takes, from a camera's name and a time: "main-entrance_8-05-10-am". */
export function nameSnapshot(/** @type {string} */ where, /** @type {string} */ when) {
  const plain = (/** @type {string} */ words) =>
    words
      .normalize("NFKD")
      .toLowerCase()
      .replace(/\p{M}+/gu, "")
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60);
  return ["sightline", plain(where), plain(when)].filter(Boolean).join("_");
}

function saveFile(/** @type {Blob} */ blob, /** @type {string} */ name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
