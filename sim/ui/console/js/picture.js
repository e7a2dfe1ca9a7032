/** All moving pictures of the console, and the main picture that is the wall's, enlarged, to save data. */

import { getPen, make, makePushButton, must } from "./dom.js";
import { ClipScreen } from "./pixels.js";
import { makePlayer } from "./player.js";
import { Stage } from "./stage.js";
import { Wall } from "./wall.js";

/** The main picture as the wall's tile, enlarged, so that no stream of its own is fetched. No clock moves it. */
export class TileScreen extends ClipScreen {
  /** @type {string|null} */ #cameraId = null;

  /**
   * @param {object} options
   * @param {HTMLCanvasElement} options.canvas where it is painted
   * @param {(canvas: HTMLCanvasElement, cameraId: string) => number|null} options.draw paints a camera's tile and returns its
   *   frame; null when there is none yet
   * @param {(screen: TileScreen) => void} options.onFrame
   */
  constructor({ canvas, draw, onFrame }) {
    super();
    this.canvas = canvas;
    this.draw = draw;
    this.onFrame = onFrame;
  }

  get source() { return this.hasPicture ? this.canvas : null; }
  get sizeWh() { return [this.canvas.width, this.canvas.height]; }
  get lastFrame() { return Infinity; }

  open(/** @type {string} */ cameraId) {
    this.#cameraId = cameraId;
    this.frame = -1;
    this.repaint();
  }

  repaint() {
    if (this.#cameraId === null) return;
    const frame = this.draw(this.canvas, this.#cameraId);
    if (frame === null || frame === this.frame) return;
    this.frame = frame;
    this.onFrame(this);
  }

  close() {
    this.#cameraId = null;
    this.frame = -1;
  }
}

const SPINNER_AFTER_MS = 300;
const SPRITE_AFTER_MS = 250;
const FAR_S = 0.5;
const NEAR_S = 1;
const CHANGED = "This browser had trouble with the video. Playing another way now; your place and marks are kept.";

/** @type {Partial<Record<Trouble, string>>} */
const TROUBLE_WORDS = {
  network: "The footage does not load. Trying again automatically; your work is kept. If this continues, tell your trainer.",
  missing: "This footage cannot be opened. The other cameras still can.",
  blocked: "The browser waits for a tap before it plays.",
};

export class Picture {
  /** @type {string|null} */ cameraId = null;
  /** @type {AnyScreen} */ main;
  /** @type {FootageScreen[]} */ walls;
  /** @type {Clock} */ playback;
  /** @type {number|null} */ #lateSince = null;
  /** @type {number|null} */ #farSince = null;
  /** @type {number|null} */ #spriteAt = null;
  #standInFrame = 0;
  /** @type {FootageScreen} */ #stream;

  constructor(/** @type {SearchConsole} */ console_, /** @type {PlayerKind} */ player) {
    this.console = console_;
    const { parts, data } = console_;
    const { recording } = data;
    this.parts = parts;
    this.recording = recording;
    this.player = player;
    this.tile = new TileScreen({
      canvas: parts.mainCanvas,
      draw: (canvas, cameraId) => this.wall.drawTileOn(canvas, cameraId, this.walls)?.frame ?? null,
      onFrame: () => this.#meetMainFrame(),
    });
    this.main = this.#makePlayer();
    this.wall = new Wall({ parts, recording, onChoose: (cameraId) => console_.focus(cameraId) });
    this.wall.onVisible = () => this.walls.forEach((screen, index) => screen.source && this.wall.draw(index, screen));
    this.stage = new Stage(console_, this.main);
    this.#loadWalls();
  }

  #makePlayer() {
    const { player, parts, recording } = this;
    const { main, walls, playback } = makePlayer({
      player,
      parts,
      recording,
      onMainFrame: () => this.#meetMainFrame(),
      onWallFrame: (index) => this.#meetWallFrame(index),
      onTrouble: (screen, trouble) => this.#meetTrouble(screen, trouble),
    });
    Object.assign(this, { walls, playback });
    this.#stream = main;
    parts.console.dataset.player = player;
    return main;
  }

  #loadWalls() {
    this.recording.walls.forEach((wall, index) => this.walls[index].load(wall.url, wall.index_url));
  }

  /** Decoding fails after all: video elements go on as it was. What was on screen stays until they show it. */
  #changePlayer() {
    const { playback: before, main, cameraId, isSaving } = this;
    const wallFrames = this.walls.map((screen) => screen.frame);
    const wasSeen = [main, ...this.walls].some((screen) => screen.hasPicture);
    if (this.stage.isShowing && !isSaving) {
      this.#standIn(main.frame, must(main.source), main.sizeWh);
      this.stage.setShowing(false);
    }
    for (const screen of [...this.walls, this.#stream]) screen.close();
    this.player = "video";
    const stream = this.#makePlayer();
    this.#useMain(isSaving ? this.tile : stream);
    this.#loadWalls();
    this.walls.forEach((screen, index) => (screen.frame = wallFrames[index]));
    const camera = this.#camera(cameraId);
    if (camera && !isSaving) stream.load(camera.main_url, camera.main_index_url);
    /** @type {import("./clocks.js").Playback} */ (this.playback).takeOver(before);
    this.console.usePlayback();
    const { stageNotes } = this.console;
    const dismiss = () => stageNotes.show("player", null);
    if (wasSeen) stageNotes.show("player", { text: CHANGED, icon: "warn", actions: [{ label: "OK", run: dismiss }] });
  }

  #useMain(/** @type {AnyScreen} */ screen) {
    this.main = this.playback.main = this.stage.screen = screen;
    const isCanvas = this.isSaving || this.player === "decoder";
    this.parts.mainVideo.hidden = isCanvas;
    this.parts.mainCanvas.hidden = !isCanvas;
  }

  show(/** @type {string} */ cameraId) {
    const camera = this.#camera(cameraId);
    if (!camera) return;
    this.cameraId = cameraId;
    this.stage.setCamera(camera);
    this.#drawStandIn();
    if (this.isSaving) this.tile.open(cameraId);
    else this.#stream.load(camera.main_url, camera.main_index_url);
    this.wall.setChosen(cameraId);
  }

  /** No camera is large any more: the wall has the main picture's place. */
  close() {
    this.cameraId = null;
    this.main.close();
    this.parts.standIn.hidden = true;
    this.#lateSince = this.#farSince = this.#spriteAt = null;
    this.stage.setCamera(null);
    this.stage.say(null);
    this.wall.setChosen(null);
  }

  get isSaving() { return this.main === this.tile; }

  /** Take the main picture from the wall, so that nothing else is fetched, or from the camera's main stream again. */
  setSaving(/** @type {boolean} */ isSaving) {
    if (isSaving === this.isSaving) return;
    this.main.close();
    this.#useMain(isSaving ? this.tile : this.#stream);
    this.parts.console.dataset.quality = isSaving ? "saving" : "full";
    if (this.cameraId !== null) this.show(this.cameraId);
  }

  renew(/** @type {Recording} */ recording) {
    this.recording = recording;
    recording.walls.forEach((wall, index) => this.walls[index].renew(wall.url, wall.index_url));
    const camera = this.#camera(this.cameraId);
    if (camera) this.#stream.renew(camera.main_url, camera.main_index_url);
  }

  /** Draw a camera's small picture of this moment on a canvas; false where the wall has none yet. */
  drawTile(/** @type {HTMLCanvasElement} */ canvas, /** @type {string} */ cameraId) {
    return this.wall.drawTileOn(canvas, cameraId, this.walls) !== null;
  }

  nameOf(/** @type {string} */ cameraId) { return this.#camera(cameraId)?.name ?? cameraId; }
  get isSettled() { return this.lateScreens.length === 0; }

  get lateScreens() {
    const { playback } = this;
    const frame = Math.floor(playback.clockS * this.recording.fps + 1e-3);
    const moving = playback.movingScreens;
    return playback.openScreens.filter((screen) => !screen.isStandingOn(moving.includes(screen) ? frame : playback.frameFor(screen)));
  }

  /** The time of what is seen, seconds: of the frame on screen, or of the thumbnail or the wall's tile that stands in for it. */
  get seenS() {
    const isStandIn = this.cameraId !== null && !this.stage.isShowing && !this.parts.standIn.hidden;
    return isStandIn ? this.#standInFrame / this.playback.fps : this.playback.shownS;
  }

  tick(/** @type {ListedMark[]} */ marks) {
    this.playback.tick();
    this.#coverGap();
    this.#showSpriteWhenLate();
    this.#showSpinner();
    this.stage.drawMarks(marks, this.cameraId, this.playback.shownS);
    this.stage.outline.tick(this.cameraId, this.playback.shownS);
    this.#tell();
  }

  unblock() {
    for (const screen of [...this.walls, this.main]) screen.unblock();
  }

  destroy() {
    for (const screen of [...this.walls, this.main]) screen.close();
    this.wall.destroy();
  }

  #camera(/** @type {string|null} */ cameraId) {
    return this.recording.cameras.find((camera) => camera.camera_id === cameraId);
  }

  #tell() {
    const { dataset } = this.parts.console;
    dataset.frame = String(this.playback.shownFrame);
    dataset.mainFrame = String(this.main.frame);
    dataset.wallFrame = String(this.walls[0]?.frame ?? -1);
    dataset.settled = String(this.isSettled);
  }

  #meetWallFrame(/** @type {number} */ index) {
    this.#tell();
    this.wall.draw(index, this.walls[index]);
    if (this.isSaving) this.tile.repaint();
    if (this.parts.wall.dataset.loading !== "false") this.parts.wall.dataset.loading = "false";
  }

  #meetMainFrame() {
    this.#tell();
    if (this.stage.isShowing) return;
    const wanted = this.playback.clockS * this.recording.fps;
    const reach = this.playback.isPlaying ? NEAR_S * this.recording.fps * Math.abs(this.playback.speed) : 1;
    if (Math.abs(this.main.frame + 0.5 - wanted) <= reach) this.stage.setShowing(true);
  }

  /** What lies below the main picture until it shows: the wall's tile, or where the wall has another time, a thumbnail. */
  #drawStandIn() {
    const { standIn } = this.parts;
    const { cameraId, playback } = this;
    if (playback.isPinned) {
      standIn.hidden = !this.#drawSprite();
      return;
    }
    const wall = this.wall.drawTileOn(standIn, must(cameraId), this.walls);
    standIn.hidden = wall === null;
    if (wall) this.#standInFrame = wall.frame;
  }

  #standIn(/** @type {number} */ frame, /** @type {CanvasImageSource} */ source, /** @type {number[]} */ [width, height]) {
    const { standIn } = this.parts;
    Object.assign(standIn, { width, height });
    getPen(standIn, { alpha: false }).drawImage(source, 0, 0, width, height);
    standIn.hidden = false;
    this.#standInFrame = frame;
  }

  /** The main picture is gone, as when its clip is opened again: what stands in shows until it is back. */
  #coverGap() {
    const isGone = this.cameraId !== null && !this.main.hasPicture && this.stage.isShowing;
    if (!isGone) return;
    this.stage.setShowing(false);
    this.#drawStandIn();
  }

  #drawSprite() {
    const { standIn } = this.parts;
    const [width, height] = this.recording.thumbs.tile_wh;
    Object.assign(standIn, { width, height });
    const isDrawn = this.console.sheets.drawIfLoaded(standIn, must(this.cameraId), this.playback.clockS);
    if (isDrawn) this.#standInFrame = Math.floor(this.playback.clockS * this.playback.fps + 1e-3);
    return isDrawn;
  }

  /** Sought far, and the picture is not there yet: the thumbnail of that moment shows meanwhile. */
  #showSpriteWhenLate() {
    const { playback, main, recording } = this;
    const wanted = Math.min(playback.askedFrame, main.lastFrame);
    const isFar = this.cameraId !== null && !playback.isPlaying && main.trouble === null && Math.abs(wanted - main.frame) > FAR_S * recording.fps;
    if (!isFar) this.#farSince = this.#spriteAt = null;
    else this.#farSince ??= performance.now();
    if (this.#farSince === null || performance.now() - this.#farSince < SPRITE_AFTER_MS || this.#spriteAt === wanted) return;
    if (!this.#drawSprite()) return;
    this.#spriteAt = wanted;
    this.parts.standIn.hidden = false;
    this.stage.setShowing(false);
  }

  #showSpinner() {
    const isWaiting = this.main.isLoading || this.#spriteAt !== null;
    const isLate = this.cameraId !== null && this.main.trouble === null && isWaiting;
    if (!isLate) this.#lateSince = null;
    else this.#lateSince ??= performance.now();
    this.parts.spinner.hidden = this.#lateSince === null || performance.now() - this.#lateSince < SPINNER_AFTER_MS;
  }

  retry() {
    for (const screen of [this.#stream, ...this.walls]) if (screen.trouble === "network") screen.reload();
  }

  #meetTrouble(/** @type {FootageScreen} */ screen, /** @type {Trouble|null} */ trouble) {
    if (trouble === "expired") return this.console.renewal.ask();
    if (trouble === "undecodable") return this.#changePlayer();
    if (this.main.trouble === "blocked" || this.walls.some((wall) => wall.trouble === "blocked")) {
      this.stage.say({ text: must(TROUBLE_WORDS.blocked), icon: "play", action: { label: "Tap to start", run: () => this.unblock() } });
      return;
    }
    const again = (/** @type {FootageScreen[]} */ screens) => ({ label: "Try again", run: () => screens.forEach((each) => each.reload()) });
    const { trouble: mainTrouble } = this.main;
    this.stage.say(mainTrouble && { text: must(TROUBLE_WORDS[mainTrouble]), action: again([this.#stream]) });
    this.#sayOnWall(again);
  }

  #sayOnWall(/** @type {(screens: FootageScreen[]) => Action} */ again) {
    const { wallMessage } = this.parts;
    const ill = this.walls.filter((wall) => wall.trouble !== null);
    wallMessage.hidden = ill.length === 0;
    if (!ill.length) return;
    const text = ill[0].trouble === "network" ? must(TROUBLE_WORDS.network) : "The wall's footage cannot be opened. Choose cameras on the plan.";
    const { label, run } = again(ill);
    wallMessage.replaceChildren(make("p", { text }), makePushButton(run, { text: label }));
  }
}
