/** The component's entry. A rerun of the page leaves the editor of the same school as it is. */

import { getElement, keepMounted } from "./dom.js";
import { SchoolEditor } from "./school_editor.js";

export default function mount(/** @type {Mounted<SchoolData>} */ { parentElement, data }) {
  return keepMounted("sightlineSchools", parentElement, () => new SchoolEditor(getElement(parentElement, "[data-part=school]"), data));
}
