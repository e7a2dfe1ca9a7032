/** What each key of the table in keys.js does to a console. An action that returns false leaves the key to the page. */

import { must } from "./dom.js";

const ZOOM_STEP = 1.4;

/** @param {import("./search_console.js").SearchConsole} console_ */
export function makeKeyActions(console_) {
  const { transport, timeline, layout } = console_;
  const { stage } = console_.picture;
  const { jumps_s: jumpsS, map: hasMap } = console_.data.profile;

  /** @param {number} columns @param {number} rows */
  const arrow = (columns, rows) => (/** @type {KeyboardEvent} */ event) => {
    if (stage.hasCross) stage.moveCross(columns, rows, event.shiftKey);
    else if (columns) transport.jumpBy(columns * (event.shiftKey ? must(jumpsS.at(-1)) : jumpsS[0]));
    else return false;
    return true;
  };

  /**
   * One thing after the other; a key that is held down does not go as far as all cameras.
   * @param {KeyboardEvent} event
   */
  const escape = (event) => {
    if (stage.pending.spot) stage.pending.drop();
    else if (stage.hasCross) console_.setCross(false);
    else if (!stage.zoom.isWhole) stage.zoom.showWhole();
    else return !event.repeat && console_.showGrid();
    return true;
  };

  /** A key that is held down marks once. @param {KeyboardEvent} event */
  const markOrStart = (event) => {
    if (event.repeat) return;
    if (stage.hasCross) stage.markAtCross();
    else console_.setCross(true);
  };

  /** Enter answers the card of a mark that waits, else marks at the cross. @param {KeyboardEvent} event */
  const crossMark = (event) => {
    if (stage.pending.spot && !event.repeat) stage.pending.commit();
    else if (stage.hasCross) markOrStart(event);
    else return false;
    return true;
  };

  return {
    togglePlay: () => transport.toggle(),
    frameBack: () => transport.step(-1),
    frameForward: () => transport.step(1),
    shuttleBack: () => transport.shuttle(-1),
    shuttleForward: () => transport.shuttle(1),
    pause: () => transport.pause(),
    arrowLeft: arrow(-1, 0),
    arrowRight: arrow(1, 0),
    arrowUp: arrow(0, -1),
    arrowDown: arrow(0, 1),
    slower: () => transport.changeSpeed(-1),
    faster: () => transport.changeSpeed(1),
    timelineCloser: () => timeline.zoomIn(),
    timelineWider: () => timeline.zoomOut(),
    timelineAll: () => timeline.showAll(),
    cross: markOrStart,
    crossMark,
    escape,
    closer: () => stage.zoomBy(ZOOM_STEP),
    lessClose: () => stage.zoomBy(1 / ZOOM_STEP),
    togglePlan: () => (hasMap ? layout.togglePlan() : false),
    findCamera: () => console_.finder.open(),
    openKeys: () => console_.keys.sheet.open(),
  };
}
