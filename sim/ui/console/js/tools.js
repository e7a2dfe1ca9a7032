/** The buttons of features, the sheet "More" that has them all, and the sheets that features make. */

import { make, makePushButton } from "./dom.js";
import { makeIcon } from "./icons.js";
import { findAction } from "./keys.js";

// Dialogs that features make for themselves.

/**
 * Make a dialog with a heading and a button that closes it, and put it beside the others.
 *
 * @param {Parts} parts elements by `data-part`; the dialog becomes one of them
 * @param {object} options
 * @param {string} options.name its `data-part`
 * @param {string} options.title
 * @param {Node[]} options.content
 * @param {string} [options.close] what the closing button says
 * @returns {HTMLDialogElement}
 */
export function makeSheet(parts, { name, title, content, close = "Close" }) {
  const heading = make("h2", { id: `${name}-title`, text: title });
  const end = make("form", { method: "dialog" }, make("button", { class: "button button-main", text: close }));
  const sheet = make("dialog", { class: "sheet", "data-part": name, "aria-labelledby": heading.id }, heading, ...content, end);
  parts.frame.append(sheet);
  Object.assign(parts, { [name]: sheet });
  return sheet;
}

/** The buttons of features: beside the playback buttons where there is room, all of them in the sheet "More". */
export class Tools {
  #list = make("div", { class: "more-list" });

  constructor(/** @type {SearchConsole} */ console_) {
    this.console = console_;
    const { parts } = console_;
    this.sheet = makeSheet(parts, { name: "moreSheet", title: "More", content: [this.#list] });
    for (const button of [parts.moreOpen, parts.moreTab]) button.addEventListener("click", () => this.sheet.showModal());
  }

  /**
   * Add a tool.
   *
   * @param {object} tool
   * @param {string} tool.name in `data-tool`
   * @param {IconName} tool.icon see icons.js
   * @param {string} tool.label what it does, in words
   * @param {string} [tool.key] its key in the table of keys.js; shown is the one that the person chose
   * @param {boolean} [tool.isNear] also beside the playback buttons on a wide screen
   * @param {boolean} [tool.isTab] also beside the tabs on a narrow one
   * @param {() => void} tool.run
   * @returns {(isOn: boolean) => void} for a tool that is on or off: shows which
   */
  add({ name, icon, label, key = "", isNear = false, isTab = false, run }) {
    const start = () => this.console.isLive && run();
    const action = findAction(key);
    const row = makePushButton(
      () => (this.sheet.close(), start()),
      { class: "button more-row", "data-tool": name },
      makeIcon(icon),
      make("span", { class: "more-label", text: label }),
      ...(action ? [make("kbd", { "data-key-show": action })] : []),
    );
    const buttons = [row];
    this.#list.append(row);
    const { nearTools, tabTools } = this.console.parts;
    for (const [isThere, kind, place] of /** @type {const} */ ([[isNear, "button", nearTools], [isTab, "tab", tabTools]])) {
      if (!isThere) continue;
      const words = { "aria-label": label, title: label, "data-key": action };
      const button = makePushButton(start, { class: kind, "data-tool": name, ...words }, makeIcon(icon));
      place.append(button);
      buttons.push(button);
    }
    return (isOn) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(isOn)));
  }
}
