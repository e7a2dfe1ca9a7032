/**
 * What a person makes, the events that tell of it, by kind, and what the server answers.
 *
 * For the type check and for editors; nothing of it reaches a browser. `EventPayloads` is
 * made from sim/attempt/events.py by `python -m tools.event_docs`; the cameras on screen come with every event beside it.
 */

type Mark = XY & { mark_id: string; camera_id: string; frame: number; t_s: number };

/** A mark as it is listed: in an exercise with its role, its maker's own name for it, and whether it is left out. */
type ListedMark = Mark & { role?: Role; own_id?: string; struck?: boolean };
type ExerciseMark = Mark & { role: Role; own_id: string; struck: boolean };
type Bookmark = { bookmark_id: string; camera_id: string; t_s: number; text: string };
type Fault = { fault_id: string; camera_id: string; fault: string; t_s: number; text: string };
type Clip = { camera_id: string; from_s: number; to_s: number };

/** A moment of a camera. */
type Moment = { camera_id: string; t_s: number };

/** A point of the main picture, with a copy of the picture. */
type Spot = XY & { frame: number; picture: HTMLCanvasElement };
type CloserLook = XY & { scale: number };
type SimilarQuery = { camera_id: string; frame: number; box: Box };

interface Sighting {
  camera_id: string;
  frame: number;
  t_s: number;
  /** Pixels of the camera's picture. */
  crop: Box;
}

type SimilarList = SimilarQuery & { number: number; recognized: boolean; results: Sighting[] };

/** A request to take over a camera. */
type Ask = { ask_id: string; camera_id: string; at_site_s: number; to: Role | null; about: About };
type OpenAsk = Ask & { role: Role; atMs: number; takenBy: Role | null };
type WallShown = { name: "wall"; layout?: string; cameras?: string[]; on?: string[] };
type Timed = { t_s?: number };

interface EventPayloads {
  open: { width: number; height: number; touch: boolean; screen: number };
  close: { t_s: number };
  focus: { camera_id: string; t_s: number };
  play: { t_s: number; speed: number; tick?: boolean };
  pause: { t_s: number };
  seek: { t_s: number; from_s: number; by?: string };
  step: { t_s: number; frames: number };
  speed: { t_s: number; speed: number };
  view: ViewPayload;
  map: { camera_id: string };
  link: { camera_id: string };
  find: { camera_id: string; text: string };
  mark: { mark_id: string; camera_id: string; frame: number; t_s: number; x: number; y: number };
  unmark: { mark_id: string };
  choice: { key: string; value: string };
  clip: { clip_id: string; camera_id: string; from_s: number; to_s: number };
  unclip: { clip_id: string };
  bookmark: { bookmark_id: string; camera_id: string; t_s: number; text: string };
  unbookmark: { bookmark_id: string };
  fault: { fault_id: string; camera_id: string; fault: string; t_s: number; text: string };
  unfault: { fault_id: string };
  pin: { camera_id: string; t_s: number; wall_s: number };
  sync: { t_s: number; to: "wall" | "main" };
  zoom: { x: number; y: number; scale: number };
  snapshot: { camera_id: string; t_s: number };
  quality: { level: "full" | "saving" };
  stall: { t_s: number; seconds: number };
  similar: SimilarList & { t_s?: number };
  suggestion: { number: number; rank: number };
  note: { text: string };
  hint: { name: string; at_s?: number; camera_id?: string; said?: Record<string, unknown> };
  call: { call_id: string };
  reply: { call_id: string; value: string };
  missed: { call_id: string };
  ask: { ask_id: string; camera_id: string; at_site_s: number; to: Role | null; about: "look" | "last-seen" };
  take: { ask_id: string };
  strike: { role: Role; mark_id: string; struck: boolean };
  entry: { text: string };
  lead: {};
  hidden: {};
  visible: {};
  connection: { online: boolean };
  held: { is_on: boolean; stood_s?: number };
  submit: { final_zone: string | null; not_on_camera: boolean; note: string };
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
type StoredCall = { at_ms: number; is_over: boolean };
type StoredSimilar = { asked: number; last: SimilarList | null; opened: number[] };

/** What the trainee has so far: what is stored of an attempt and, where it is restored, what waits to be sent. */
interface Work {
  marks: Mark[];
  bookmarks: Bookmark[];
  faults: Fault[];
  choices: Record<string, string>;
  clips: Record<string, Clip>;
  own_view: string[];
  calls: Record<string, StoredCall>;
  similar: StoredSimilar;
  hints: number;
  note: string;
  final_zone: string | null;
  not_on_camera: boolean;
  resume: { camera_id: string | null; t_s: number; speed: number; wall_s: number | null; timeline_s: number[] | null };
}

/** How an attempt and its clock stand. */
interface Standing {
  state: string;
  elapsed_ms: number;
  remaining_ms: number;
  /** The trainer has stopped the clock. */
  paused: boolean;
  /** For how long it was stopped so far. */
  paused_ms: number;
  leader: string | null;
}

interface AttemptState extends Work, Standing {
  /** By tab, the last event that the server has. */
  acked: Record<string, number>;
}

interface Receipt extends Standing {
  ack: number;
  /** Things done that the server will not count, because they were done in a pause. */
  left_out: number;
}

type SimilarAnswer = { number: number; at_ms: number; recognized: boolean; results: Sighting[] };

type ExerciseEntry = {
  [K in EventKind]: { number: number; role: Role; kind: K; at_ms: number; payload: Payload<K> };
}[EventKind];

type PresentMember = { role: Role; is_here: boolean; camera_id: string | null };

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

type HintAsked = { hint: "next-camera" | "still-there"; camera_id: string | null; t_s: number; on: string[] };

interface HintAnswer {
  left: number;
  found?: string;
  camera_id?: string;
  in_picture?: boolean | null;
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
