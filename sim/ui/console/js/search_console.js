/** The search console of one attempt: what its parts read, what they may have it do, and how they are made. */

import { AttemptLink, Renewal, ReplayLink } from "./attempt_link.js";
import { collectParts, findFocus, must } from "./dom.js";
import { listFeatures } from "./features.js";
import { placeIcons } from "./icons.js";
import { Keys, makeKeyActions } from "./keys.js";
import { Layout, PageWatch } from "./layout.js";
import { Marking } from "./marking.js";
import { Cover, Sayings, StageNotes } from "./messages.js";
import { MotionData } from "./motion.js";
import { OwnTimes } from "./own_times.js";
import { Picture } from "./picture.js";
import { SpriteSheets } from "./pixels.js";
import { Plan } from "./plan.js";
import { showProfile } from "./profile.js";
import { SiteClock } from "./site_clock.js";
import { openStorage } from "./storage.js";
import { HandIn, Note, TaskCard } from "./task.js";
import { Timeline } from "./timeline.js";
import { Tools } from "./tools.js";
import { Toolbar, Transport } from "./transport.js";
import { restoreWork } from "./work.js";

/** @type {Record<string, CoverName>} */
const ENDINGS = { timed_out: "timedOut", submitted: "submitted", assigned: "briefed", briefed: "briefed" };

/**
 * Its state, which parts read: the page's `data`, its elements (`parts`), what is kept (`storage`, `deviceStorage`), and
 * the parts made before them, such as `picture` with camera and clock, `marking` with the marks, `task` with the time left.
 * What they may have it do: `send` an event, `focus` a camera, `goTo` a moment, `showGrid`, `setCross`, `submit`; without
 * an event, `present` and `presentGrid`. Nothing of it is set from outside.
 */
export class SearchConsole {
  #phase = "loading";
  #frameRequest = 0;
  #isHandingIn = false;
  /** @type {Feature[]} */ features = [];
  /** @type {() => void} */ #refresh;
  /** @type {Toolbar} */ #toolbar;
  /** @type {PageWatch} */ #pageWatch;
  /** @type {OwnTimes|null} */ #ownTimes;
  /** @type {Cover} */ #cover;
  /** @type {Note} */ #note;
  /** @type {HandIn} */ #handIn;

  /**
   * @param {ShadowRoot|HTMLElement} root holds the console's markup
   * @param {ConsoleData} data the page's data, see ConsoleView
   * @param {{player: PlayerKind, canPlay: boolean, refresh: () => void}} options how footage is played and whether this
   *   browser can, see player.js; `refresh` asks the page to read the attempt's state again
   */
  constructor(root, data, { player, canPlay, refresh }) {
    const { profile, recording } = data;
    this.data = data;
    this.#refresh = refresh;
    this.parts = collectParts(root);
    placeIcons(root);
    showProfile(this.parts, profile);
    this.sayings = new Sayings(this.parts);
    this.storage = openStorage(() => sessionStorage);
    this.deviceStorage = openStorage(() => localStorage);
    this.clock = new SiteClock(recording.start_time, recording.duration_s);
    this.#cover = new Cover(this.parts, { canPlay });
    this.stageNotes = new StageNotes(this.parts);
    this.renewal = new Renewal({ token: data.token, refresh: () => this.#refresh(), onFailed: () => this.#showReload("expired") });
    this.link = data.replay ? this.#makeReplayLink() : this.#makeLink(data);
    this.layout = new Layout(this);
    this.picture = new Picture(this, player);
    this.transport = new Transport({
      playback: this.picture.playback,
      speeds: profile.speeds,
      emit: (kind, payload) => this.send(kind, payload),
      isLive: () => this.isLive,
      onChange: (kind) => this.#noteTransport(kind),
    });
    this.sheets = new SpriteSheets(recording);
    this.#ownTimes = profile.sync ? null : new OwnTimes(this);
    this.#toolbar = new Toolbar(this);
    this.motion = new MotionData(recording.timeline_url, recording.cameras.map((camera) => camera.camera_id), () => this.timeline.redraw());
    this.timeline = new Timeline(this, data.task.window_s, (from_s, to_s) => this.#noteTimeline(from_s, to_s));
    this.plan = new Plan(this);
    this.tools = new Tools(this);
    this.marking = new Marking(this);
    this.#note = new Note(this);
    this.task = new TaskCard(this);
    this.#handIn = new HandIn(this);
    this.features = listFeatures(data).map((Feature) => new Feature(this));
    this.tools.add({ name: "keys", icon: "keys", label: "Keys", key: "?", run: () => this.keys.sheet.open() });
    this.keys = new Keys(this, this.#listActions());
    this.#pageWatch = new PageWatch(this);
    this.parts.gridOpen.addEventListener("click", () => this.showGrid());
    this.parts.keysOpen.addEventListener("click", () => this.keys.sheet.open());
    this.parts.markKey.addEventListener("click", () => this.setCross(!this.picture.stage.hasCross));
    const draw = () => {
      this.#draw();
      this.#frameRequest = requestAnimationFrame(draw);
    };
    this.#frameRequest = requestAnimationFrame(draw);
    this.link.open();
  }

  #makeLink(/** @type {ConsoleData} */ data) {
    return new AttemptLink({
      data,
      storage: this.storage,
      onOpen: (state, waiting) => this.#restore(restoreWork(state, waiting)),
      onEnded: (state) => this.#end(data.mode === "familiarization" && state === "submitted" ? "familiar" : (ENDINGS[state] ?? "abandoned")),
      onNewLead: () => this.#sayCamera(),
      onElsewhere: () => {
        this.marking.settle();
        this.#stopPlaying();
        this.#cover.show("elsewhere", () => this.link.takeOver());
      },
      onClosed: (kind) => this.#showReload(kind),
      onLeft: (leftMs, isPaused) => this.#showLeft(leftMs, isPaused),
      onPaused: (isPaused, isLess) => this.#showPaused(isPaused, isLess),
      onStatus: (status) => this.#showStatus(status),
    });
  }

  /** What asks the server is not offered in a replay, so nobody misses what the replay's link has not. */
  #makeReplayLink() {
    const link = new ReplayLink({ onOpen: (state, waiting) => this.#restore(restoreWork(state, waiting)) });
    return /** @type {AttemptLink} */ (/** @type {unknown} */ (link));
  }

  #listActions() {
    /** @type {KeyActions} */
    const actions = Object.assign(makeKeyActions(this), this.marking.actions, ...this.features.map((feature) => feature.actions ?? {}));
    for (const { overrides = {} } of this.features) {
      for (const [name, first] of Object.entries(overrides)) {
        const then = actions[name];
        actions[name] = (event) => first(event) || then(event);
      }
    }
    return actions;
  }

  /**
   * The feature of a kind.
   * @template {object} Kind
   * @param {new (console_: SearchConsole) => Kind} Feature
   * @returns {Kind|undefined}
   */
  find(Feature) { return /** @type {Kind|undefined} */ (this.features.find((each) => each instanceof Feature)); }

  /** Newer data from the page: another token, other addresses. Footage that is loaded stays as it is. */
  update(/** @type {ConsoleData} */ data) {
    this.data = data;
    this.link.token = data.token;
    this.sheets.recording = data.recording;
    this.picture.renew(data.recording);
    if (this.renewal.meet(data.token)) this.link.flush();
    for (const feature of this.features) feature.update?.(data);
  }

  destroy() {
    this.marking.settle();
    cancelAnimationFrame(this.#frameRequest);
    this.link.close();
    this.renewal.close();
    const parts = [this.picture, this.transport, this.plan, this.timeline, this.motion, this.marking, this.keys, this.layout, this.#pageWatch, this.sayings];
    for (const part of [...this.features, ...parts]) part.destroy?.();
  }

  get isRunning() { return this.#phase === "running"; }

  /** Whether the footage may be searched and marked now. */
  get isLive() {
    return this.isRunning && !this.data.replay && this.#cover.name === null && !this.task.isUp && !this.#isHandingIn;
  }

  /**
   * Leave an event: with the site time of the main picture and the cameras on screen, the main one first.
   * @template {EventKind} Kind
   * @param {Kind} kind
   * @param {EventPayloads[Kind]} payload
   */
  send(kind, payload) {
    this.link.send(kind, { t_s: this.picture.playback.shownS, ...payload, on: this.camerasOnScreen });
    for (const feature of this.features) feature.sent?.(kind, payload);
  }

  /** Cameras whose pictures of this time are on screen, the main one first, each once; a pinned time is the main one's only. */
  get camerasOnScreen() {
    const { cameraId, wall, playback } = this.picture;
    if (playback.isPinned) return [must(cameraId)];
    return [...new Set([cameraId, ...wall.visibleCameraIds])].filter((each) => each !== null);
  }

  // The attempt: opened, lost to another tab, ended

  #restore(/** @type {Work} */ work) {
    this.marking.marks.restore(work.marks);
    this.parts.note.value = work.note;
    this.#handIn.setDraft(work);
    const { camera_id: cameraId, t_s, speed, timeline_s: span } = work.resume;
    this.picture.playback.seekTo(cameraId === null && !t_s ? this.data.task.starts_at_s : t_s);
    if (speed > 0) this.transport.forwardSpeed = this.picture.playback.speed = speed;
    if (cameraId !== null) this.present(cameraId);
    if (span !== null) this.timeline.showSpan(span[0], span[1]);
    for (const feature of this.features) feature.restore?.(work);
    this.#cover.hide();
    this.#setPhase("running");
    this.#toolbar.showState();
  }

  #sayCamera(/** @type {number} */ t_s = this.picture.playback.shownS) {
    const { cameraId } = this.picture;
    if (cameraId !== null) this.send("focus", { camera_id: cameraId, t_s });
  }

  #end(/** @type {CoverName} */ coverName) {
    this.#stopPlaying();
    this.#setPhase("ended");
    this.#cover.show(coverName);
    this.#refresh();
  }

  /** The countdown has reached nought; the server has the last word. */
  meetTimeUp() {
    this.marking.settle();
    this.#stopPlaying();
    this.link.flush();
  }

  #stopPlaying() {
    this.picture.playback.pause();
    this.#toolbar.showState();
  }

  #showStatus(/** @type {SaveState} */ status) {
    this.task.setStatus(status);
    if (status.kind === "expired") this.renewal.ask();
    if (status.kind !== "offline") return;
    if (this.task.isUp) this.#cover.show("timeUpOffline");
    else if (this.#isHandingIn) this.#handIn.setBusy("Offline. Your answer is kept and is sent as soon as the server answers.");
  }

  /** Who moves the clock takes the one of the other way of playing. */
  usePlayback() {
    this.transport.use(this.picture.playback);
    this.#toolbar.showState();
  }

  #showReload(/** @type {"unreachable"|"expired"|"refused"} */ kind) {
    this.#cover.show(kind, () => location.reload());
  }

  /** The server's count of what is left. There may be some after all: a page that was offline knew nothing of a pause. */
  #showLeft(/** @type {number} */ leftMs, /** @type {boolean} */ isPaused) {
    this.task.setLeft(leftMs, isPaused);
    if (!this.task.isUp && this.#cover.name === "timeUpOffline") this.#cover.hide();
  }

  /** The trainer has stopped the clock, or lets it run; `isLess`: something done meanwhile is on screen no more. */
  #showPaused(/** @type {boolean} */ isPaused, /** @type {boolean} */ isLess) {
    if (isPaused) {
      this.marking.settle();
      this.transport.pause();
      this.#cover.show(this.#isHandingIn ? "pausedAnswer" : "paused");
      return;
    }
    if (this.#cover.name === "paused" || this.#cover.name === "pausedAnswer") this.#cover.hide();
    // what was asked for in the pause was refused
    this.picture.retry();
    this.motion.retry();
    this.task.retryPhotos();
    if (isLess) this.sayings.hint("What you did while the drill was paused does not count");
  }

  leave() {
    this.marking.settle();
    this.#note.send();
    this.link.leave(this.picture.playback.shownS);
  }

  // What a person does

  /**
   * Make a camera the main picture, at the time that is on screen or, where the clock was sent elsewhere, at `timeS`.
   */
  focus(/** @type {string} */ cameraId, /** @type {number} */ timeS = this.picture.playback.shownS) {
    if (!this.isLive) return;
    if (cameraId !== this.picture.cameraId) {
      const t_s = this.#ownTimes?.open(cameraId) ?? timeS;
      this.present(cameraId);
      this.#sayCamera(t_s);
      this.sayings.announce(`${this.picture.nameOf(cameraId)}, ${this.clock.words(t_s)}`);
    } else this.plan.setChosen(cameraId);
  }

  /** Show a camera as the main picture, without an event. @param {string} cameraId */
  present(cameraId) {
    this.sayings.hide();
    this.picture.show(cameraId);
    this.plan.setChosen(cameraId);
    this.timeline.setCamera(cameraId);
    for (const feature of this.features) feature.setCamera?.(cameraId);
  }

  /** Back to all cameras: the main picture closes, and the wall has its place. Returns false where it has already. */
  showGrid() {
    const { cameraId, playback, wall } = this.picture;
    if (!this.isLive || cameraId === null) return false;
    const t_s = playback.isPinned ? playback.wallS : playback.shownS;
    const hadFocus = findFocus(this.parts.console) !== null;
    this.setCross(false);
    this.#ownTimes?.leave(cameraId);
    this.presentGrid();
    this.send("view", { name: "grid", t_s });
    if (this.layout.isNarrow) this.layout.show("wall", must(this.parts.console.dataset.side));
    if (hadFocus) wall.focusTile(cameraId);
    this.sayings.announce(`All cameras, ${this.clock.words(t_s)}`);
    return true;
  }

  /** Show all cameras in the main picture's place, without an event. */
  presentGrid() {
    this.sayings.hide();
    this.picture.close();
    this.plan.setChosen(null);
    this.timeline.setCamera(null);
    for (const feature of this.features) feature.setCamera?.(null);
  }

  /** The focus leaves its button: Enter marks. On a button gone to meanwhile Enter presses that, as the help says. */
  setCross(/** @type {boolean} */ isOn) {
    if (isOn && (!this.isLive || this.picture.cameraId === null)) return;
    if (isOn) {
      this.transport.pause();
      this.parts.console.focus({ preventScroll: true });
    }
    this.picture.stage.setCross(isOn);
    this.parts.markKey.setAttribute("aria-pressed", String(isOn));
  }

  goTo(/** @type {Moment} */ { t_s, camera_id: cameraId }) {
    if (!this.isLive) return;
    this.transport.pause();
    if (this.#ownTimes && cameraId !== this.picture.cameraId) this.#ownTimes.set(cameraId, t_s);
    else this.transport.seekTo(t_s);
    this.focus(cameraId, t_s);
  }

  submit(/** @type {{final_zone: string|null, not_on_camera: boolean}} */ answer) {
    if (!this.isLive) return;
    this.transport.pause();
    this.#note.send();
    this.#isHandingIn = true;
    this.#handIn.setBusy("Submitting");
    this.send("submit", { ...answer, note: this.parts.note.value });
    this.link.flush();
  }

  // Showing

  #draw() {
    const { picture, parts } = this;
    const { playback } = picture;
    for (const feature of this.features) feature.tick?.();
    picture.tick(this.marking.all);
    this.timeline.show(playback.clockS);
    this.#toolbar.showTime(picture.seenS);
    this.task.tick();
    parts.console.dataset.atMs = String(Math.round(this.link.elapsedMs));
  }

  #noteTransport(/** @type {TransportChange} */ kind) {
    this.#toolbar.showState();
    if (kind === "play" || kind === "jump") {
      // the picture moves on: the timeline follows, and what was said of the last one goes
      this.timeline.reveal();
      this.sayings.hide();
    }
    if (kind === "end") this.sayings.hint(`That is the ${this.picture.playback.clockS > 0 ? "end" : "start"} of the recording`);
    else if (kind === "pause") this.sayings.announce(`Paused at ${this.clock.words(this.picture.playback.shownS)}`);
    else if (kind === "play") this.picture.unblock();
  }

  #noteTimeline(/** @type {number} */ from_s, /** @type {number} */ to_s) {
    const round = (/** @type {number} */ timeS) => Math.round(timeS * 100) / 100;
    this.send("view", { name: "timeline", from_s: round(from_s), to_s: round(to_s) });
    this.sayings.announce(`Timeline from ${this.clock.words(from_s)} to ${this.clock.words(to_s)}`);
  }

  showMarks(/** @type {ListedMark[]} */ marks) {
    this.timeline.setMarks(marks);
    this.plan.setMarks(marks);
    for (const feature of this.features) feature.setMarks?.(marks);
  }

  #setPhase(/** @type {string} */ phase) {
    this.#phase = phase;
    this.parts.console.dataset.phase = phase;
    this.parts.handIn.disabled = phase !== "running";
  }
}
