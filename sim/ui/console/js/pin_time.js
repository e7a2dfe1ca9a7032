/** Pin: the main picture gets a time of its own while the wall stands still, until both are brought together again. */

export class PinTime {
  /** @type {(isOn: boolean) => void} */
  show;
  /** @type {KeyActions|undefined} */
  actions;
  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
    this.isOffered = console_.data.profile.sync;
    if (!this.isOffered) return;
    this.show = console_.tools.add({ name: "pin", icon: "pin", label: "Freeze the wall", key: "p", run: () => this.#toggle() });
    this.actions = { pinTime: () => this.#toggle(), wallToHere: () => (this.#playback.isPinned ? this.#bringWall() : false) };
  }

  get #playback() {
    return this.console.picture.playback;
  }

  /** @param {Work} work */
  restore({ wallS }) {
    if (!this.isOffered) return;
    if (wallS === null || this.console.picture.cameraId === null) this.#playback.unpin();
    else this.#playback.pin(wallS);
  }

  /** Without a main picture there is no time of its own: the wall's is the one. @param {string|null} cameraId */
  setCamera(cameraId) {
    if (this.isOffered && cameraId === null && this.#playback.isPinned) this.#backToWall();
  }

  tick() {
    if (!this.isOffered) return;
    const isPinned = this.#playback.isPinned;
    const { stageNotes, clock, parts, data } = this.console;
    if (String(isPinned) !== parts.console.dataset.pinned) {
      parts.console.dataset.pinned = String(isPinned);
      this.show(isPinned);
    }
    if (!isPinned) {
      stageNotes.show("pin", null);
      return;
    }
    const text = `${clock.words(this.#playback.shownS)}, wall at ${clock.words(this.#playback.wallS)}`;
    const actions = [
      { label: "Back to the wall", run: () => this.#backToWall() },
      { label: "Wall to here", run: () => this.#bringWall() },
    ];
    stageNotes.show("pin", { text, icon: "pin", actions: data.replay ? [] : actions });
  }

  #toggle() {
    const { isLive, picture, sayings, clock } = this.console;
    if (!isLive) return;
    if (this.#playback.isPinned) this.#backToWall();
    else if (picture.cameraId === null) sayings.toast("Choose a camera first: its picture gets a time of its own");
    else if (picture.isSaving) sayings.toast("Low-data mode shows the wall's picture. Turn it off to freeze the wall");
    else {
      this.#playback.pin();
      const { wallS: wall_s, shownS: t_s } = this.#playback;
      this.console.send("pin", { camera_id: picture.cameraId, t_s, wall_s });
      sayings.announce(`The wall is frozen at ${clock.words(wall_s)}. The time now moves the main picture only.`);
    }
  }

  #backToWall() {
    if (!this.console.isLive) return;
    const { wallS } = this.#playback;
    this.#playback.unpin();
    this.#playback.seekTo(wallS);
    this.#tell("wall", wallS);
  }

  /** The wall comes to the main picture's time. */
  #bringWall() {
    if (!this.console.isLive) return;
    const { shownS } = this.#playback;
    this.#playback.unpin();
    this.#playback.seekTo(shownS);
    this.#tell("main", shownS);
  }

  /** @param {"wall"|"main"} to @param {number} t_s */
  #tell(to, t_s) {
    const { sayings, clock } = this.console;
    this.console.send("sync", { t_s, to });
    sayings.announce(`Main picture and wall together at ${clock.words(t_s)}`);
  }
}
