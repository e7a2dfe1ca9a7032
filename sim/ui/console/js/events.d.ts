/**
 * What a person makes, the events that tell of it, by kind, and what the server answers.
 *
 * For the type check and for editors; nothing of it reaches a browser. The payloads are those of
 * sim/services/attempt/event_payloads.py, beside the cameras on screen, which come with every event.
 */

interface Mark extends XY {
  mark_id: string;
  camera_id: string;
  frame: number;
  t_s: number;
}

/** A mark as it is listed: in an exercise with its role, its maker's own name for it, and whether it is left out. */
interface ListedMark extends Mark {
  role?: Role;
  own_id?: string;
  struck?: boolean;
}

interface ExerciseMark extends Mark {
  role: Role;
  own_id: string;
  struck: boolean;
}

interface Bookmark {
  bookmark_id: string;
  camera_id: string;
  t_s: number;
  text: string;
}

interface Fault {
  fault_id: string;
  camera_id: string;
  fault: string;
  t_s: number;
  text: string;
}

interface Clip {
  camera_id: string;
  from_s: number;
  to_s: number;
}

/** A moment of a camera. */
interface Moment {
  camera_id: string;
  t_s: number;
}

/** A point of the main picture, with a copy of the picture. */
interface Spot extends XY {
  frame: number;
  picture: HTMLCanvasElement;
}

interface CloserLook extends XY {
  scale: number;
}

interface SimilarQuery {
  camera_id: string;
  frame: number;
  box: Box;
}

interface Sighting {
  camera_id: string;
  frame: number;
  t_s: number;
  /** Pixels of the camera's picture. */
  crop: Box;
}

interface SimilarList extends SimilarQuery {
  number: number;
  recognized: boolean;
  results: Sighting[];
}

/** A request to take over a camera. */
interface Ask {
  ask_id: string;
  camera_id: string;
  at_site_s: number;
  to: Role | null;
  about: About;
}

interface OpenAsk extends Ask {
  role: Role;
  atMs: number;
  takenBy: Role | null;
}

interface WallShown {
  name: "wall";
  layout?: string;
  cameras?: string[];
  on?: string[];
}

interface Timed {
  t_s?: number;
}

interface EventPayloads {
  /** `screen` is its shorter side, which no window of a wished-for width changes. */
  open: { width: number; height: number; touch: boolean; screen: number };
  close: { t_s: number };
  hidden: {};
  visible: {};
  connection: { online: boolean };
  /** Written by the server alone. */
  held: { is_on: boolean; stood_s?: number };
  focus: { camera_id: string; t_s: number };
  play: { t_s: number; speed: number; tick?: boolean };
  speed: { t_s: number; speed: number };
  pause: { t_s: number };
  step: { t_s: number; frames: number };
  seek: { t_s: number; from_s: number; by?: string };
  mark: Mark;
  unmark: { mark_id: string };
  bookmark: Bookmark;
  unbookmark: { bookmark_id: string };
  fault: Fault;
  unfault: { fault_id: string };
  choice: { key: string; value: string };
  clip: Clip & { clip_id: string };
  unclip: { clip_id: string };
  zoom: CloserLook;
  snapshot: { camera_id: string; t_s: number };
  pin: { camera_id: string; t_s: number; wall_s: number };
  sync: { t_s: number; to: "wall" | "main" };
  quality: { level: "full" | "saving" };
  stall: { t_s: number; seconds: number };
  similar: SimilarList & { t_s?: number };
  suggestion: { number: number; rank: number };
  call: { call_id: string };
  reply: { call_id: string; value: string };
  missed: { call_id: string };
  ask: Ask;
  take: { ask_id: string };
  strike: { role: Role; mark_id: string; struck: boolean };
  entry: { text: string };
  lead: {};
  note: { text: string };
  submit: { final_zone: string | null; not_on_camera: boolean; note: string };
  map: { camera_id: string };
  find: { camera_id: string; text: string };
  link: { camera_id: string };
  hint: { name: string };
  view: ViewPayload;
}

interface ViewPayloads {
  wall: WallShown;
  grid: { name: "grid"; t_s: number };
  plan: { name: "plan" };
  both: { name: "both" };
  found: { name: "found" };
  floor: { name: "floor"; floor: string };
  timeline: { name: "timeline"; from_s: number; to_s: number };
  similar: { name: "similar"; number: number | null };
  own: { name: "own"; cameras: string[] };
}

type ViewName = keyof ViewPayloads;
type ViewPayload = ViewPayloads[ViewName];

type EventKind = keyof EventPayloads;
/** The site time and the cameras on screen come with every event. */
type Payload<K extends EventKind = EventKind> = EventPayloads[K] & Timed & { on?: string[] };
/** Any payload, of which only what it may say is known. */
type AnyPayload = Partial<UnionToIntersection<Payload>>;
type UnionToIntersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer I) => void ? I : never;
type SendEvent = <K extends EventKind>(kind: K, payload: EventPayloads[K]) => void;

type WaitingEvent = { [K in EventKind]: { seq: number; t_client_ms: number; kind: K; payload: Payload<K> } }[EventKind];
type LoggedEvent = { [K in EventKind]: { t_ms: number; kind: K; payload: Payload<K> } }[EventKind];

interface StoredCall {
  at_ms: number;
  is_over: boolean;
}

interface StoredSimilar {
  asked: number;
  last: SimilarList | null;
  opened: number[];
}

/** What is stored of an attempt; a replay begins with less. */
interface StoredWork {
  marks: Mark[];
  note: string;
  resume: { camera_id: string | null; t_s: number; speed: number; wall_s: number | null; timeline_s: number[] | null } | null;
  bookmarks?: Bookmark[];
  faults?: Fault[];
  choices?: Record<string, string>;
  clips?: Record<string, Clip>;
  own_view?: string[];
  calls?: Record<string, StoredCall>;
  similar?: StoredSimilar;
  hints?: number;
  final_zone?: string | null;
  not_on_camera?: boolean;
}

interface AttemptState extends StoredWork {
  state: string;
  elapsed_ms: number;
  remaining_ms: number;
  /** The trainer has stopped the clock. */
  paused: boolean;
  /** For how long it was stopped so far. */
  paused_ms: number;
  /** By tab, the last event that the server has. */
  acked: Record<string, number>;
  leader: string | null;
}

interface Receipt {
  ack: number;
  state: string;
  elapsed_ms: number;
  remaining_ms: number;
  /** The trainer has stopped the clock. */
  paused: boolean;
  /** For how long it was stopped so far. */
  paused_ms: number;
  /** Things done that the server will not count, because they were done in a pause. */
  left_out: number;
  leader: string | null;
}

interface SimilarAnswer {
  number: number;
  recognized: boolean;
  results: Sighting[];
}

type ExerciseEntry = {
  [K in EventKind]: { number: number; role: Role; kind: K; at_ms: number; payload: Payload<K> };
}[EventKind];

interface PresentMember {
  role: Role;
  is_here: boolean;
  camera_id: string | null;
}

interface ExerciseNews {
  number: number;
  entries: ExerciseEntry[];
  members: PresentMember[];
  leading: Role;
  may_lead: boolean;
  duties: Duty[];
  state: string;
  elapsed_ms: number;
  remaining_ms: number;
}

interface HintAsked {
  hint: "next-camera" | "still-there";
  camera_id: string | null;
  t_s: number;
  on: string[];
}

interface HintAnswer {
  left: number;
  found?: string;
  camera_id?: string;
  in_picture?: boolean;
  mark_is_right?: boolean | null;
}

/** How a clip's bytes lie in its file. */
interface ClipIndex {
  codec: string;
  description: string;
  size_wh: number[];
  first_byte: number;
  sizes: number[];
  gaps: Record<number, number>;
  keys: number[];
}
