/** Dialogs that features make for themselves. */

import { make } from "./dom.js";

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
