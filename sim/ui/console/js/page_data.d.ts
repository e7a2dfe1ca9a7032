/**
 * What is read of that which the page hands over: `ConsoleView` in sim/console/console_data.py.
 *
 * For the type check and for editors; nothing of it reaches a browser.
 */

interface PlanCamera {
  camera_id: string;
  name: string;
  floor: string;
  x: number;
  y: number;
  yaw_deg: number;
  pitch_deg: number;
  hfov_deg: number;
  k1: number;
  over_floor_m: number;
  roll_deg: number;
  height_share: number;
  /** Rings of the area that the camera shows. */
  cone: Point[][];
}

type Zone = { zone_id: string; name: string; floor: string; polygon: Point[] };
type Floor = { floor_id: string; name: string };

interface Site {
  site_id: string;
  groups: { name: string; cameras: string[] }[];
  floors: Floor[];
  zones: Zone[];
  /** By floor: x1, y1, x2, y2. */
  walls: Record<string, number[][]>;
  cameras: PlanCamera[];
}

type NextCamera = { camera_id: string; walking_s: number };

/** Where people leave a picture, and the cameras on which they come into view next. */
type LinkZone = XY & { above_y: number; turn_deg: number; cameras: NextCamera[] };

interface RecordedCamera {
  camera_id: string;
  /** As it stands in its picture: 14 for CAM-14. */
  number: number;
  name: string;
  size_wh: number[];
  main_url: string;
  main_index_url: string;
  thumbs_url: string;
}

interface RecordedWall {
  url: string;
  index_url: string;
  columns: number;
  tile_wh: number[];
  cameras: string[];
}

interface Recording {
  fps: number;
  frame_count: number;
  duration_s: number;
  start_time: string;
  timeline_url: string;
  walls: RecordedWall[];
  cameras: RecordedCamera[];
  thumbs: { tile_wh: number[]; every_s: number; columns: number };
}

type Option = { value: string; label: string };
type Question = { key: string; kind: string; label: string; options: Option[]; is_required: boolean };
type Item = { key: string; label: string; camera_id: string | null; t_s: number | null };

interface AnswerForm {
  marks: "person" | "place" | "none";
  most_marks: number | null;
  asks_final_zone: boolean;
  asks_absent: boolean;
  fields: Question[];
  items: Item[];
  item_options: Option[];
  clips: boolean;
  asks_view: boolean;
  list_name: string;
}

type LastSeen = { words: string; t_s: number; camera_id: string | null; floor: string; x: number; y: number };

interface Task {
  question: string;
  descriptor: string;
  reference_url: string | null;
  photo_count: 0 | 1 | 3;
  known: LastSeen | null;
  window_s: number[];
  starts_at_s: number;
  answer_form: AnswerForm;
}

/** What a drill's console offers. */
interface Profile {
  name: string;
  speeds: number[];
  tiles: number;
  jumps_s: number[];
  sync: boolean;
  map: boolean;
  links: boolean;
  is_narrow: boolean;
  /** By action, see keys.js: other keys than usual, and other names of buttons. */
  keys: Record<string, string>;
  buttons: Record<string, string>;
}

/** A call by radio or phone. */
interface Call {
  call_id: string;
  at_s: number;
  channel: "radio" | "phone";
  caller: string;
  message: string;
  question: string;
  replies: Option[];
  from_memory: boolean;
}

type ExerciseMember = { role: Role; label: string; name: string };
type HelpCalls = { asked: number; answered: number };

/** Both by time: points of the plan with their floor, and boxes as shares of each camera's picture. */
interface GhostLog {
  path: [timeS: number, x: number, y: number, floor: string][];
  boxes: Record<string, [timeS: number, left: number, top: number, right: number, bottom: number][]>;
}

interface ReplayLog {
  events: LoggedEvent[];
  used_ms: number;
  limit_ms: number;
  captions: { t_ms: number; text: string }[];
  /** Where the student was; null where nobody was sought, or the answer is still held back. */
  ghost: GhostLog | null;
  /** Where the replay leads, and whether that is the next thing to do. */
  back: { href: string; label: string; is_next: boolean };
}

interface ConsoleData {
  attempt_id: string;
  token: string;
  api: string;
  mode: string;
  /** A try of a lesson: the console shows no more than that needs. */
  is_lesson?: boolean;
  profile: Profile;
  hints: { most: number } | null;
  help: HelpCalls | null;
  calls: { call_s: number; list: Call[] };
  site: Site;
  similar: { crops_url: string } | null;
  links: Record<string, LinkZone[]>;
  exercise: { role: Role; duties: Duty[]; members: ExerciseMember[] } | null;
  recording: Recording;
  task: Task;
  replay?: ReplayLog;
}
