/** The floors of the plan: which one is shown, and what the others hold. */

import { make } from "./dom.js";
import { makeIcon } from "./icons.js";

export class FloorTabs {
  /** @type {Map<string, {button: HTMLElement, camera: HTMLElement, count: HTMLElement, name: string}>} */
  #tabs = new Map();

  /**
   * @param {object} options
   * @param {Parts} options.parts elements by `data-part`
   * @param {Site} options.site the site of the console's data
   * @param {(floorId: string) => void} options.onChange a floor was chosen by hand
   */
  constructor({ parts, site, onChange }) {
    this.floorOf = new Map(site.cameras.map((camera) => [camera.camera_id, camera.floor]));
    this.shown = site.floors[0].floor_id;
    for (const floor of site.floors) this.#tabs.set(floor.floor_id, this.#makeTab(floor, onChange));
    parts.planFloors.replaceChildren(...[...this.#tabs.values()].map((tab) => tab.button));
    parts.planFloors.hidden = this.#tabs.size < 2;
    parts.plan.dataset.floors = this.#tabs.size < 2 ? "one" : "many";
    this.show(this.shown);
  }

  /**
   * The main picture's camera: its floor is shown, and its tab says so even while another floor is looked at.
   * @param {string|null} cameraId
   */
  setChosen(cameraId) {
    const floor = cameraId === null ? undefined : this.floorOf.get(cameraId);
    for (const [floorId, tab] of this.#tabs) tab.camera.hidden = floorId !== floor;
    if (floor !== undefined) this.show(floor);
  }

  /** How many marks lie on each floor. @param {ListedMark[]} marks */
  setMarks(marks) {
    for (const [floorId, { button, count, name }] of this.#tabs) {
      const number = marks.filter((mark) => this.floorOf.get(mark.camera_id) === floorId).length;
      count.textContent = String(number);
      count.hidden = number === 0;
      button.setAttribute("aria-label", number ? `${name}, ${number} mark${number === 1 ? "" : "s"}` : name);
    }
  }

  /** @param {Floor} floor @param {(floorId: string) => void} onChange */
  #makeTab({ floor_id: floorId, name }, onChange) {
    const camera = make("span", { class: "plan-floor-camera", hidden: true }, makeIcon("camera"));
    const count = make("span", { class: "plan-floor-count", hidden: true });
    const short = name.startsWith(floorId) ? name : `${floorId} ${name}`;
    const button = make("button", { type: "button", class: "tab", "data-floor": floorId, "aria-label": name, title: name }, short, camera, count);
    button.addEventListener("click", () => {
      if (this.shown === floorId) return;
      this.show(floorId);
      onChange(floorId);
    });
    return { button, camera, count, name };
  }

  /** @param {string} floorId */
  show(floorId) {
    this.shown = floorId;
    for (const [each, tab] of this.#tabs) tab.button.setAttribute("aria-pressed", String(each === floorId));
  }
}
