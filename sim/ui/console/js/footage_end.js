/** A camera whose footage ends before the recording does: its last picture stays, and it is said that it is old. */

export class FootageEnd {
  /** @param {import("./search_console.js").SearchConsole} console_ */
  constructor(console_) {
    this.console = console_;
  }

  tick() {
    const { picture, stageNotes, clock } = this.console;
    const { main, playback } = picture;
    const lastFrame = main.lastFrame;
    const isOver = main.hasPicture && playback.askedFrame > lastFrame;
    const text = isOver ? `This camera's footage ends at ${clock.words(lastFrame / playback.fps)}` : "";
    stageNotes.show("end", isOver ? { text, icon: "warn" } : null);
  }
}
