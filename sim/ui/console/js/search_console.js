/** The search console of one attempt: makes its parts, wires them together, and takes what a person does. */

import { AttemptLink } from "./attempt_link.js";
import { CameraFinder } from "./camera_finder.js";
import { Cover } from "./covers.js";
import { collectParts, makeUuid, openTabStorage } from "./dom.js";
import { Found } from "./found.js";
import { HandIn } from "./hand_in.js";
import { makeIcon, placeIcons } from "./icons.js";
import { makeKeyActions } from "./key_actions.js";
import { Keys } from "./keys.js";
import { Layout } from "./layout.js";
import { Note } from "./note.js";
import { Picture } from "./picture.js";
import { Plan } from "./plan.js";
import { restoreWork } from "./resume.js";
import { SiteClock } from "./site_clock.js";
import { TaskCard } from "./task_card.js";
import { SpriteSheets } from "./thumbnails.js";
import { Timeline } from "./timeline.js";
import { Toolbar } from "./toolbar.js";
import { Transport } from "./transport.js";

const TOAST_MS = 3500;
const ENDINGS = { timed_out: "timedOut", submitted: "submitted", assigned: "briefed", briefed: "briefed" };

export class SearchConsole {
  #fixes = [];
  #phase = "loading";
  #frameRequest = 0;
  #toastTimer = 0;
  #speedBeforeHidden = null;
  #isHandingIn = false;
  #listeners = new AbortController();

  /**
   * @param {ShadowRoot|HTMLElement} root holds the console's markup
   * @param {object} data the page's data, see ConsoleView
   * @param {object} options
   * @param {"decoder"|"video"} options.player how footage is played, see player.js
   * @param {() => void} options.refresh asks the page to read the attempt's state again
   * @param {() => void} options.onUndecodable this browser cannot play that way after all
   */
  constructor(root, data, { player, refresh, onUndecodable }) {
    Object.assign(this, { data, player, refresh, onUndecodable });
    this.parts = collectParts(root);
    placeIcons(root);
    this.storage = openTabStorage();
    this.clock = new SiteClock(data.recording.start_time, data.recording.duration_s);
    this.cover = new Cover(this.parts);
    this.link = new AttemptLink({
      data,
      storage: this.storage,
      onOpen: (state, waiting) => this.#restore(restoreWork(state, waiting)),
      onEnded: (state) => this.#end(ENDINGS[state] ?? "abandoned"),
      onNewLead: () => this.#sayCamera(),
      onElsewhere: () => this.#yield(),
      onClosed: (kind) => this.cover.show(kind, () => location.reload()),
      onLeft: (leftMs) => this.task.setLeft(leftMs),
      onStatus: (status) => this.#showStatus(status),
    });
    this.#buildPicture();
    this.#buildPanels();
    this.#listen();
    this.link.open();
  }

  /** Newer data from the page: another token, other addresses. Footage that is loaded stays as it is. */
  update(data) {
    this.data = data;
    this.link.token = data.token;
    this.picture.recording = data.recording;
  }

  destroy() {
    cancelAnimationFrame(this.#frameRequest);
    clearTimeout(this.#toastTimer);
    this.#listeners.abort();
    this.link.close();
    for (const part of [this.picture, this.transport, this.plan, this.timeline, this.keys, this.layout]) part.destroy();
  }

  /** Whether the footage may be searched and marked now. */
  get isLive() {
    return this.#phase === "running" && this.cover.name === null && !this.task.isUp && !this.#isHandingIn;
  }

  #buildPicture() {
    const { parts, data } = this;
    const { recording } = data;
    this.layout = new Layout(parts, (name) => this.link.send("view", { name }));
    this.picture = new Picture({
      parts,
      recording,
      player: this.player,
      onChoose: (cameraId) => this.focus(cameraId),
      isNarrow: () => this.layout.isNarrow,
      onMark: (spot) => this.#mark(spot),
      canMark: () => this.isLive,
      onExpired: () => this.cover.show("expired", () => location.reload()),
      onUndecodable: this.onUndecodable,
    });
    this.transport = new Transport({
      playback: this.picture.playback,
      emit: (kind, payload) => this.link.send(kind, payload),
      isLive: () => this.isLive,
      onChange: (kind) => this.#noteTransport(kind),
    });
    this.sheets = new SpriteSheets(recording);
    this.toolbar = new Toolbar({ parts, transport: this.transport, clock: this.clock });
    this.timeline = new Timeline({
      parts,
      clock: this.clock,
      windowS: data.task.window_s,
      actions: this.transport,
      drawThumb: (canvas, timeS, onLoad) => this.sheets.draw(canvas, this.picture.cameraId, timeS, onLoad),
    });
  }

  #buildPanels() {
    const { parts, data, clock, storage } = this;
    const { site, task } = data;
    this.plan = new Plan({
      parts,
      site,
      cameraIds: this.picture.wall.cameraIds,
      onChoose: (cameraId) => {
        this.link.send("map", { camera_id: cameraId });
        this.focus(cameraId);
      },
      onFloor: (floorId) => this.link.send("view", { name: "floor", floor: floorId }),
    });
    this.finder = new CameraFinder({
      parts,
      cameras: this.#listCameras(),
      onChoose: (cameraId, text) => {
        this.link.send("find", { camera_id: cameraId, text });
        this.focus(cameraId);
      },
    });
    this.found = new Found({
      parts,
      clock,
      storage,
      sheets: this.sheets,
      nameOf: (cameraId) => this.picture.nameOf(cameraId),
      onGo: (fix) => this.#goTo(fix),
      onRemove: (fix) => this.#unmark(fix),
    });
    this.note = new Note(parts.note, (text) => this.link.send("note", { text }));
    this.task = new TaskCard({ parts, task, announce: (text) => this.#announce(text), onTimeUp: () => this.#meetTimeUp() });
    this.handIn = new HandIn({
      parts,
      task,
      clock,
      storage,
      attemptId: data.attempt_id,
      site,
      getWork: () => ({ fixes: this.#fixes, leftMs: this.task.leftMs }),
      onSubmit: (answer) => this.#submit(answer),
    });
    this.keys = new Keys({ parts, storage, actions: makeKeyActions(this) });
  }

  /** Every camera with its number key and its floor in words, for the finder. */
  #listCameras() {
    const { site } = this.data;
    const floors = new Map(site.floors.map(({ floor_id: floorId, name }) => [floorId, name]));
    const floorOf = new Map(site.cameras.map((camera) => [camera.camera_id, floors.get(camera.floor)]));
    return this.picture.wall.cameraIds.map((cameraId, place) => ({
      number: place + 1,
      camera_id: cameraId,
      name: this.picture.nameOf(cameraId),
      floor: floors.size > 1 ? (floorOf.get(cameraId) ?? "") : "",
    }));
  }

  #listen() {
    const { signal } = this.#listeners;
    window.addEventListener("pagehide", () => this.#leave(), { signal });
    window.addEventListener("pageshow", (event) => event.persisted && this.link.lead(), { signal });
    window.addEventListener("online", () => this.link.flush(), { signal });
    document.addEventListener("visibilitychange", () => this.#noteVisibility(), { signal });
    this.parts.keysOpen.addEventListener("click", () => this.parts.keysSheet.showModal());
    this.parts.markKey.addEventListener("click", () => this.setCross(!this.picture.stage.hasCross));
    const draw = () => {
      this.#draw();
      this.#frameRequest = requestAnimationFrame(draw);
    };
    this.#frameRequest = requestAnimationFrame(draw);
  }

  // The attempt: opened, lost to another tab, ended

  #restore(work) {
    this.#setFixes(work.fixes);
    this.note.set(work.note);
    this.handIn.setDraft(work);
    const isFresh = work.cameraId === null && !work.timeS;
    this.picture.playback.seekTo(isFresh ? this.data.task.window_s[0] : work.timeS);
    if (work.speed > 0) this.transport.forwardSpeed = this.picture.playback.speed = work.speed;
    if (work.cameraId !== null) this.picture.show(work.cameraId);
    this.plan.setChosen(work.cameraId);
    this.cover.hide();
    this.#setPhase("running");
    this.toolbar.showState();
  }

  #sayCamera(t_s = this.picture.playback.shownS) {
    const { cameraId } = this.picture;
    if (cameraId !== null) this.link.send("focus", { camera_id: cameraId, t_s });
  }

  #yield() {
    this.#stopPlaying();
    this.cover.show("elsewhere", () => this.link.takeOver());
  }

  #end(coverName) {
    this.#stopPlaying();
    this.#setPhase("ended");
    this.cover.show(coverName);
    this.refresh();
  }

  #meetTimeUp() {
    this.#stopPlaying();
    this.link.flush();
  }

  #stopPlaying() {
    this.picture.playback.pause();
    this.toolbar.showState();
  }

  #showStatus(status) {
    this.task.setStatus(status);
    if (status.kind === "expired") this.cover.show("expired", () => location.reload());
    if (status.kind !== "offline") return;
    if (this.task.isUp) this.cover.show("timeUpOffline");
    else if (this.#isHandingIn) this.handIn.setBusy("Offline. Your answer is kept and goes out as soon as the server answers.");
  }

  #leave() {
    if (this.#phase !== "running") return;
    this.note.send();
    this.link.leave(this.picture.playback.shownS);
  }

  #noteVisibility() {
    if (this.#phase !== "running") return;
    const { playback } = this.picture;
    if (document.hidden) {
      this.#speedBeforeHidden = playback.isPlaying ? playback.speed : null;
      this.transport.pause();
      this.link.send("hidden", { t_s: playback.shownS });
      this.link.flush();
      return;
    }
    this.link.send("visible", { t_s: playback.shownS });
    if (this.#speedBeforeHidden !== null) this.transport.play(this.#speedBeforeHidden);
    this.#speedBeforeHidden = null;
  }

  // What a person does

  /** Make a camera the main picture. */
  focus(cameraId) {
    if (!this.isLive) return;
    if (cameraId !== this.picture.cameraId) {
      const t_s = this.picture.playback.shownS;
      this.picture.show(cameraId);
      this.#sayCamera(t_s);
      this.#announce(`${this.picture.nameOf(cameraId)}, ${this.clock.words(t_s)}`);
    }
    this.plan.setChosen(cameraId);
  }

  /** The keyboard's cross on the main picture. The picture stands still while it is moved. */
  setCross(isOn) {
    if (isOn && (!this.isLive || this.picture.cameraId === null)) return;
    if (isOn) this.transport.pause();
    this.picture.stage.setCross(isOn);
    this.parts.markKey.setAttribute("aria-pressed", String(isOn));
  }

  #mark({ x, y, frame, picture }) {
    const { cameraId } = this.picture;
    const t_s = frame / this.data.recording.fps;
    const fix = { fix_id: makeUuid(), camera_id: cameraId, frame, t_s, x: Number(x.toFixed(4)), y: Number(y.toFixed(4)) };
    this.found.keepPicture(fix.fix_id, picture);
    this.link.send("fix", { ...fix });
    this.#setFixes([...this.#fixes, fix]);
    this.found.reveal(fix.fix_id);
    this.#toast(`Marked: ${this.picture.nameOf(cameraId)}, ${this.clock.words(t_s)}`);
  }

  #unmark(fix) {
    if (!this.isLive) return;
    this.link.send("unfix", { fix_id: fix.fix_id });
    this.#setFixes(this.#fixes.filter((each) => each !== fix));
    this.#toast(`Removed: ${this.picture.nameOf(fix.camera_id)}, ${this.clock.words(fix.t_s)}`);
  }

  #goTo(fix) {
    if (!this.isLive) return;
    this.transport.pause();
    this.transport.seekTo(fix.t_s);
    this.focus(fix.camera_id);
  }

  #submit(answer) {
    if (!this.isLive) return;
    this.transport.pause();
    this.note.send();
    this.#isHandingIn = true;
    this.handIn.setBusy("Handing in");
    this.link.send("submit", { ...answer, note: this.parts.note.value });
    this.link.flush();
  }

  // Showing

  #draw() {
    const { picture, parts } = this;
    const { playback } = picture;
    picture.tick(this.#fixes);
    this.timeline.show(playback.clockS);
    this.toolbar.showTime(playback.isPlaying || picture.isSettled ? playback.shownS : playback.clockS);
    this.task.tick();
    parts.console.dataset.frame = String(playback.shownFrame);
  }

  #noteTransport(kind) {
    this.toolbar.showState();
    if (kind === "end") this.#toast("That is the end of the recording");
    else if (kind === "pause") this.#announce(`Paused at ${this.clock.words(this.picture.playback.shownS)}`);
    else if (kind === "play") this.picture.unblock();
  }

  #setFixes(fixes) {
    this.#fixes = [...fixes].sort((a, b) => a.t_s - b.t_s);
    this.found.setFixes(this.#fixes);
    this.timeline.setFixes(this.#fixes);
    this.plan.setFixes(this.#fixes);
  }

  #setPhase(phase) {
    this.#phase = phase;
    this.parts.console.dataset.phase = phase;
    this.parts.handIn.disabled = phase !== "running";
  }

  #toast(text) {
    const { toast } = this.parts;
    clearTimeout(this.#toastTimer);
    toast.replaceChildren(makeIcon("saved"), text);
    toast.hidden = false;
    this.#toastTimer = setTimeout(() => (toast.hidden = true), TOAST_MS);
  }

  #announce(text) {
    this.parts.announcer.textContent = text;
  }
}
