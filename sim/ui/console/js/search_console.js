/** The search console of one attempt: makes its parts, wires them together, and takes what a person does. */

import { AttemptLink } from "./attempt_link.js";
import { CameraFinder, listCameras } from "./camera_finder.js";
import { Cover, showLeft, showPaused } from "./covers.js";
import { collectParts, findFocus, must } from "./dom.js";
import { FEATURES } from "./features.js";
import { HandIn } from "./hand_in.js";
import { placeIcons } from "./icons.js";
import { makeKeyActions } from "./key_actions.js";
import { Keys } from "./keys.js";
import { Layout } from "./layout.js";
import { Marking } from "./marking.js";
import { MotionData } from "./motion_data.js";
import { Note } from "./note.js";
import { OwnTimes } from "./own_times.js";
import { PageWatch } from "./page_watch.js";
import { Picture } from "./picture.js";
import { Plan } from "./plan.js";
import { meetPlayer } from "./player_change.js";
import { Renewal } from "./renewal.js";
import { ReplayLink } from "./replay_link.js";
import { showProfile } from "./profile.js";
import { restoreWork } from "./resume.js";
import { Sayings } from "./sayings.js";
import { SiteClock } from "./site_clock.js";
import { StageNotes } from "./stage_notes.js";
import { Stalls } from "./stalls.js";
import { openDeviceStorage, openTabStorage } from "./storage.js";
import { TaskCard } from "./task_card.js";
import { SpriteSheets } from "./thumbnails.js";
import { Timeline } from "./timeline.js";
import { Toolbar } from "./toolbar.js";
import { Tools } from "./tools.js";
import { Transport } from "./transport.js";

/** @type {Record<string, CoverName>} */
const ENDINGS = { timed_out: "timedOut", submitted: "submitted", assigned: "briefed", briefed: "briefed" };

export class SearchConsole {
  /** @type {import("./layout.js").Layout} */
  layout;
  /** @type {import("./picture.js").Picture} */
  picture;
  /** @type {import("./transport.js").Transport} */
  transport;
  /** @type {import("./thumbnails.js").SpriteSheets} */
  sheets;
  /** @type {import("./toolbar.js").Toolbar} */
  toolbar;
  /** @type {import("./motion_data.js").MotionData} */
  motion;
  /** @type {import("./timeline.js").Timeline} */
  timeline;
  /** @type {import("./plan.js").Plan} */
  plan;
  /** @type {import("./camera_finder.js").CameraFinder} */
  finder;
  /** @type {import("./tools.js").Tools} */
  tools;
  /** @type {import("./marking.js").Marking} */
  marking;
  /** @type {import("./mark_list.js").MarkList} */
  marks;
  /** @type {import("./note.js").Note} */
  note;
  /** @type {import("./task_card.js").TaskCard} */
  task;
  /** @type {import("./hand_in.js").HandIn} */
  handIn;
  /** @type {import("./stalls.js").Stalls} */
  stalls;
  /** @type {import("./keys.js").Keys} */
  keys;
  /** @type {import("./page_watch.js").PageWatch} */
  pageWatch;
  /** @type {import("./own_times.js").OwnTimes|null} */
  ownTimes;
  /** @type {import("./interruptions.js").Interruptions} */
  interruptions;
  /** @type {import("./similar_people.js").SimilarPeople} */
  similar;
  /** @type {import("./views.js").Views} */
  views;
  /** @type {import("./save_data.js").SaveData|undefined} */
  saveData;
  #phase = "loading";
  #frameRequest = 0;
  /** Whether the answer is on its way. */
  isHandingIn = false;
  /** @type {Feature[]} */
  features = [];

  /**
   * @param {ShadowRoot|HTMLElement} root holds the console's markup
   * @param {ConsoleData} data the page's data, see ConsoleView
   * @param {object} options
   * @param {"decoder"|"video"} options.player how footage is played, see player.js
   * @param {boolean} options.canPlay whether the browser can play that way
   * @param {() => void} options.refresh asks the page to read the attempt's state again
   */
  constructor(root, data, { player, canPlay, refresh }) {
    this.data = data;
    this.refresh = refresh;
    this.parts = collectParts(root);
    placeIcons(root);
    showProfile(this.parts, data.profile);
    this.sayings = new Sayings(this.parts);
    this.storage = openTabStorage();
    this.deviceStorage = openDeviceStorage();
    this.clock = new SiteClock(data.recording.start_time, data.recording.duration_s);
    this.cover = new Cover(this.parts, { canPlay });
    this.stageNotes = new StageNotes(this.parts);
    this.renewal = new Renewal({
      token: data.token,
      refresh: () => this.refresh(),
      onFailed: () => this.cover.show("expired", () => location.reload()),
    });
    this.link = data.replay ? this.#makeReplayLink() : this.#makeLink(data);
    this.#buildPicture(player);
    this.#buildPanels();
    this.#buildFeatures();
    this.#listen();
    this.link.open();
  }

  /** @param {ConsoleData} data */
  #makeLink(data) {
    return new AttemptLink({
      data,
      storage: this.storage,
      onOpen: (state, waiting) => this.#restore(restoreWork(state, waiting)),
      onEnded: (state) => this.#end(this.#isUnscored && state === "submitted" ? "familiar" : (ENDINGS[state] ?? "abandoned")),
      onNewLead: () => this.#sayCamera(),
      onElsewhere: () => this.#yield(),
      onClosed: (kind) => this.cover.show(kind, () => location.reload()),
      onLeft: (leftMs, isPaused) => showLeft(this, leftMs, isPaused),
      onPaused: (isPaused, isLess) => showPaused(this, isPaused, isLess),
      onStatus: (status) => this.#showStatus(status),
    });
  }

  /** What asks the server is not offered in a replay, so nobody misses what the replay's link has not. */
  #makeReplayLink() {
    const link = new ReplayLink({ onOpen: (state, waiting) => this.#restore(restoreWork(state, waiting)) });
    return /** @type {AttemptLink} */ (/** @type {unknown} */ (link));
  }

  /**
   * Newer data from the page: another token, other addresses. Footage that is loaded stays as it is.
   * @param {ConsoleData} data
   */
  update(data) {
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
    const parts = [this.picture, this.transport, this.plan, this.timeline, this.motion, this.marking, this.keys, this.layout, this.pageWatch, this.sayings];
    for (const part of [...this.features, ...parts]) part.destroy?.();
  }

  /** Whether the footage may be searched and marked now. */
  get isLive() {
    return this.#phase === "running" && !this.data.replay && this.cover.name === null && !this.task.isUp && !this.isHandingIn;
  }

  get #isUnscored() {
    return this.data.mode === "familiarization";
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

  /** @param {PlayerKind} player */
  #buildPicture(player) {
    const { parts, data } = this;
    const { recording } = data;
    this.layout = new Layout(parts, (name) => this.send("view", /** @type {ViewPayload} */ ({ name })));
    this.picture = new Picture({
      parts,
      recording,
      player,
      onChoose: (cameraId) => this.focus(cameraId),
      onMark: (spot, isTouch) => this.marking.mark(spot, isTouch),
      canMark: () => this.isLive && data.task.answer_form.marks !== "none",
      drawThumb: (canvas, cameraId, timeS) => this.sheets.drawIfLoaded(canvas, cameraId, timeS),
      onExpired: () => this.renewal.ask(),
      onPlayer: (wasSeen) => meetPlayer(this, wasSeen),
    });
    this.picture.stage.zoom.onRest = (view) => this.send("zoom", view);
    this.transport = new Transport({
      playback: this.picture.playback,
      speeds: data.profile.speeds,
      emit: (kind, payload) => this.send(kind, payload),
      isLive: () => this.isLive,
      onChange: (kind) => this.#noteTransport(kind),
    });
    this.sheets = new SpriteSheets(recording);
    this.ownTimes = data.profile.sync ? null : new OwnTimes(this);
    this.toolbar = new Toolbar({ parts, transport: this.transport, clock: this.clock, profile: data.profile });
    this.motion = new MotionData(recording.timeline_url, recording.cameras.map((camera) => camera.camera_id), () => this.timeline.redraw());
    this.timeline = new Timeline({
      parts,
      clock: this.clock,
      windowS: data.task.window_s,
      motion: this.motion,
      transport: this.transport,
      drawThumb: (canvas, timeS, onLoad) => this.sheets.draw(canvas, this.picture.cameraId, timeS, onLoad),
      nameOf: (cameraId) => this.picture.nameOf(cameraId),
      onRest: (from_s, to_s) => this.#noteTimeline(from_s, to_s),
    });
  }

  #buildPanels() {
    const { parts, data, clock, storage } = this;
    const { site, task } = data;
    this.plan = new Plan({
      parts,
      site,
      known: task.known,
      numbers: this.picture.wall.numbers,
      onChoose: (cameraId) => {
        this.send("map", { camera_id: cameraId });
        this.focus(cameraId);
      },
      onFloor: (floorId) => this.send("view", { name: "floor", floor: floorId }),
    });
    this.finder = new CameraFinder({
      parts,
      cameras: listCameras(site, this.picture.wall.numbers, (cameraId) => this.picture.nameOf(cameraId)),
      onChoose: (cameraId, text) => {
        this.send("find", { camera_id: cameraId, text });
        this.focus(cameraId);
      },
    });
    this.tools = new Tools({ parts, isLive: () => this.isLive });
    this.marking = new Marking(this, (marks) => this.#showMarks(marks));
    this.marks = this.marking.marks;
    this.note = new Note(parts.note, (text) => this.send("note", { text }));
    this.task = new TaskCard({ parts, task, announce: (text) => this.sayings.announce(text), onTimeUp: () => this.#meetTimeUp() });
    this.handIn = new HandIn({
      parts,
      task,
      clock,
      storage,
      attemptId: data.attempt_id,
      isUnscored: this.#isUnscored,
      site,
      onOpen: () => this.marking.settle(),
      getWork: () => ({ marks: this.marking.all, given: this.features.flatMap((feature) => feature.listGiven?.() ?? []), leftMs: this.task.leftMs }),
      listMissing: () => [
        ...(this.picture.stage.pending.spot ? ["The spot you tapped last is not marked."] : []),
        ...this.features.flatMap((feature) => feature.listMissing?.() ?? []),
      ],
      onSubmit: (answer) => this.#submit(answer),
      onRemoveMarks: () => this.marking.removeAll(),
    });
  }

  /** What stands on its own, see features.js, and the keys, which may call it. */
  #buildFeatures() {
    const { parts, deviceStorage: storage } = this;
    this.stalls = new Stalls(this);
    this.features = FEATURES.map((Feature) => new Feature(this));
    this.tools.add({ name: "keys", icon: "keys", label: "Keys", key: "?", run: () => this.keys.sheet.open() });
    /** @type {KeyActions} */
    const actions = Object.assign(makeKeyActions(this), this.marking.actions, ...this.features.map((feature) => feature.actions ?? {}));
    for (const { overrides = {} } of this.features) {
      for (const [name, first] of Object.entries(overrides)) {
        const then = actions[name];
        actions[name] = (event) => first(event) || then(event);
      }
    }
    this.keys = new Keys({ parts, storage, actions, profile: this.data.profile });
  }

  #listen() {
    this.pageWatch = new PageWatch({
      transport: this.transport,
      isRunning: () => this.#phase === "running",
      send: (kind) => this.send(kind, {}),
      link: this.link,
      onLeave: () => this.#leave(),
    });
    this.parts.gridOpen.addEventListener("click", () => this.showGrid());
    this.parts.keysOpen.addEventListener("click", () => this.keys.sheet.open());
    this.parts.markKey.addEventListener("click", () => this.setCross(!this.picture.stage.hasCross));
    const draw = () => {
      this.#draw();
      this.#frameRequest = requestAnimationFrame(draw);
    };
    this.#frameRequest = requestAnimationFrame(draw);
  }

  // The attempt: opened, lost to another tab, ended

  /** @param {Work} work */
  #restore(work) {
    this.marks.restore(work.marks);
    this.note.set(work.note);
    this.handIn.setDraft(work);
    const isFresh = work.cameraId === null && !work.timeS;
    this.picture.playback.seekTo(isFresh ? this.data.task.starts_at_s : must(work.timeS));
    if (work.speed > 0) this.transport.forwardSpeed = this.picture.playback.speed = work.speed;
    if (work.cameraId !== null) this.present(work.cameraId);
    if (work.timelineS !== null) this.timeline.showSpan(work.timelineS[0], work.timelineS[1]);
    for (const feature of this.features) feature.restore?.(work);
    this.cover.hide();
    this.#setPhase("running");
    this.toolbar.showState();
  }

  /** @param {number} [t_s] */
  #sayCamera(t_s = this.picture.playback.shownS) {
    const { cameraId } = this.picture;
    if (cameraId !== null) this.send("focus", { camera_id: cameraId, t_s });
  }

  #yield() {
    this.marking.settle();
    this.#stopPlaying();
    this.cover.show("elsewhere", () => this.link.takeOver());
  }

  /** @param {CoverName} coverName */
  #end(coverName) {
    this.#stopPlaying();
    this.#setPhase("ended");
    this.cover.show(coverName);
    this.refresh();
  }

  #meetTimeUp() {
    this.marking.settle();
    this.#stopPlaying();
    this.link.flush();
  }

  #stopPlaying() {
    this.picture.playback.pause();
    this.toolbar.showState();
  }

  /** @param {SaveState} status */
  #showStatus(status) {
    this.task.setStatus(status);
    if (status.kind === "expired") this.renewal.ask();
    if (status.kind !== "offline") return;
    if (this.task.isUp) this.cover.show("timeUpOffline");
    else if (this.isHandingIn) this.handIn.setBusy("Offline. Your answer is kept and is sent as soon as the server answers.");
  }

  #leave() {
    this.marking.settle();
    this.note.send();
    this.link.leave(this.picture.playback.shownS);
  }

  // What a person does

  /**
   * Make a camera the main picture, at the time that is on screen or, where the clock was sent elsewhere, at `timeS`.
   * @param {string} cameraId
   * @param {number} [timeS]
   */
  focus(cameraId, timeS = this.picture.playback.shownS) {
    if (!this.isLive) return;
    if (cameraId !== this.picture.cameraId) {
      const t_s = this.ownTimes?.open(cameraId) ?? timeS;
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
    this.ownTimes?.leave(cameraId);
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

  /**
   * The keyboard's cross on the main picture. The picture stands still while it is moved, and the focus leaves whatever
   * button had it: Enter marks. On a button that is gone to meanwhile Enter presses that, and the help says so.
   * @param {boolean} isOn
   */
  setCross(isOn) {
    if (isOn && (!this.isLive || this.picture.cameraId === null)) return;
    if (isOn) {
      this.transport.pause();
      this.parts.console.focus({ preventScroll: true });
    }
    this.picture.stage.setCross(isOn);
    this.parts.markKey.setAttribute("aria-pressed", String(isOn));
  }

  /** Show a moment of a camera, standing still. @param {Moment} moment */
  goTo({ t_s, camera_id: cameraId }) {
    if (!this.isLive) return;
    this.transport.pause();
    if (this.ownTimes && cameraId !== this.picture.cameraId) this.ownTimes.set(cameraId, t_s);
    else this.transport.seekTo(t_s);
    this.focus(cameraId, t_s);
  }

  /** @param {{final_zone: string|null, not_on_camera: boolean}} answer */
  #submit(answer) {
    if (!this.isLive) return;
    this.transport.pause();
    this.note.send();
    this.isHandingIn = true;
    this.handIn.setBusy("Submitting");
    this.send("submit", { ...answer, note: this.parts.note.value });
    this.link.flush();
  }

  // Showing

  #draw() {
    const { picture, parts } = this;
    const { playback } = picture;
    for (const feature of this.features) feature.tick?.();
    this.stalls.tick();
    picture.tick(this.marking.all);
    this.timeline.show(playback.clockS);
    this.toolbar.showTime(picture.seenS);
    this.task.tick();
    parts.console.dataset.atMs = String(Math.round(this.link.elapsedMs));
  }

  /** @param {TransportChange} kind */
  #noteTransport(kind) {
    this.toolbar.showState();
    if (kind === "play" || kind === "jump") this.#followOn();
    if (kind === "end") this.sayings.hint(`That is the ${this.picture.playback.clockS > 0 ? "end" : "start"} of the recording`);
    else if (kind === "pause") this.sayings.announce(`Paused at ${this.clock.words(this.picture.playback.shownS)}`);
    else if (kind === "play") this.picture.unblock();
  }

  /** The picture moves on: the timeline follows, and what was said of the last one goes. */
  #followOn() {
    this.timeline.reveal();
    this.sayings.hide();
  }

  /** @param {number} from_s @param {number} to_s */
  #noteTimeline(from_s, to_s) {
    /** @param {number} timeS */
    const round = (timeS) => Math.round(timeS * 100) / 100;
    this.send("view", { name: "timeline", from_s: round(from_s), to_s: round(to_s) });
    this.sayings.announce(`Timeline from ${this.clock.words(from_s)} to ${this.clock.words(to_s)}`);
  }

  /** @param {ListedMark[]} marks */
  #showMarks(marks) {
    this.timeline.setMarks(marks);
    this.plan.setMarks(marks);
    for (const feature of this.features) feature.setMarks?.(marks);
  }

  /** @param {string} phase */
  #setPhase(phase) {
    this.#phase = phase;
    this.parts.console.dataset.phase = phase;
    this.parts.handIn.disabled = phase !== "running";
  }
}
