/** Save data: the main picture is the wall's small one, enlarged, and nothing but the wall is fetched. */

const KEY = "sightline-quality";

export class SaveData {
  /** @type {(isOn: boolean) => void} */
  show;
  /** @type {KeyActions|undefined} */
  actions;
  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    if (!console_.data.profile.sync) return;
    console_.saveData = this;
    const label = "Low-data mode: the wall's small picture, enlarged";
    this.show = console_.tools.add({ name: "quality", icon: "quality", label, key: "q", run: () => this.#toggle() });
    this.actions = { saveData: () => this.#toggle() };
    if (this.#isKept) this.#apply(true);
  }

  /** Switch it on or off. @param {boolean} isOn */
  set(isOn) {
    const { picture, isLive, sayings, storage } = this.console;
    if (!isLive || isOn === picture.isSaving) return;
    if (isOn && picture.playback.isPinned) {
      sayings.toast("The wall is frozen. Bring it together with the main picture first");
      return;
    }
    storage.setItem(KEY, isOn ? "saving" : "full");
    this.#apply(isOn);
    this.console.send("quality", { level: isOn ? "saving" : "full" });
    sayings.toast(isOn ? "Low-data mode: the main picture is the wall's, enlarged" : "Full main picture again");
  }

  get #isKept() {
    return !this.console.data.replay && this.console.storage.getItem(KEY) === "saving";
  }

  #toggle() {
    this.set(!this.console.picture.isSaving);
  }

  /** @param {boolean} isOn */
  #apply(isOn) {
    this.console.picture.setSaving(isOn);
    this.show(isOn);
  }
}
