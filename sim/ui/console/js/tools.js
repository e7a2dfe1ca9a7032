/** The buttons of features: beside the playback buttons where there is room, all of them in the sheet "More". */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";
import { findAction } from "./keys.js";
import { makeSheet } from "./sheet.js";

export class Tools {
  #list = make("div", { class: "more-list" });

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {() => boolean} options.isLive tools do nothing while the console may not be used
   */
  constructor({ parts, isLive }) {
    this.parts = parts;
    this.isLive = isLive;
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
   * @param {() => void} tool.run
   * @returns {(isOn: boolean) => void} for a tool that is on or off: shows which
   */
  add({ name, icon, label, key = "", isNear = false, run }) {
    const start = () => this.isLive() && run();
    const action = findAction(key);
    const row = make(
      "button",
      { type: "button", class: "button more-row", "data-tool": name, on: { click: () => (this.sheet.close(), start()) } },
      makeIcon(icon),
      make("span", { class: "more-label", text: label }),
      ...(action ? [make("kbd", { "data-key-show": action })] : []),
    );
    const buttons = [row];
    this.#list.append(row);
    if (isNear) {
      const words = { "aria-label": label, title: label, "data-key": action };
      const button = make("button", { type: "button", class: "button", "data-tool": name, ...words, on: { click: start } }, makeIcon(icon));
      this.parts.nearTools.append(button);
      buttons.push(button);
    }
    return (isOn) => buttons.forEach((button) => button.setAttribute("aria-pressed", String(isOn)));
  }
}
