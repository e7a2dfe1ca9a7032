/** The way of playing has changed under way: who moves the clock takes the new one, and it is said. */

const TEXT = "This browser had trouble with the video. Playing another way now; your place and marks are kept.";

/**
 * @param {import("./search_console.js").SearchConsole} console_
 * @param {boolean} wasSeen whether anything had been on screen before
 */
export function meetPlayer({ transport, picture, toolbar, stageNotes }, wasSeen) {
  transport.use(picture.playback);
  toolbar.showState();
  const dismiss = () => stageNotes.show("player", null);
  if (wasSeen) stageNotes.show("player", { text: TEXT, icon: "warn", actions: [{ label: "OK", run: dismiss }] });
}
