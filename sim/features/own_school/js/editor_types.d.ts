/** What is drawn: the drawing of sim/site/drawing.py. For the type check and for editors; nothing of it reaches a browser. */

type PlanPicture = { size_wh: [number, number]; m_per_px: number; at: Point; is_scaled: boolean; turn_deg: number; tilt_deg: number };
type DrawnFloor = { name: string; elevation_m: number; height_m: number; picture: PlanPicture | null };
type DrawnSpace = { floor: string; name: string; kind: string; polygon: Point[]; height_m: number | null };

interface DrawnDoor {
  floor: string;
  name: string;
  kind: string;
  at: Point;
  width_m: number;
  height_m: number;
  leaf: string;
}

type DrawnThing = { floor: string; kind: string; polygon: Point[]; height_m: number; solid: boolean };
type DrawnStairs = { floor: string; upper: string; name: string; polygon: Point[]; up_deg: number; shape: string };

/** Left, top, right, bottom: shares of a picture. */
type Box = number[];
type PicturePoint = { at: Point; z_m: number; u: number; v: number };

interface FoundCamera {
  at: Point;
  over_floor_m: number;
  yaw_deg: number;
  pitch_deg: number;
  roll_deg: number;
  hfov_deg: number;
  k1: number;
}

interface DrawnCamera {
  floor: string;
  name: string;
  at: Point;
  yaw_deg: number;
  over_floor_m: number;
  hfov_deg: number | null;
  mode: string;
  sun?: { strength: number; azimuth_deg: number } | null;
  picture_wh: [number, number] | null;
  picture_mark?: string;
  bars: [number, number];
  points: PicturePoint[];
  found: FoundCamera | null;
  outlines: { points: Point[] }[];
  boxes: Box[];
}

interface SchoolDrawing {
  school: Record<string, { name: string }>;
  floors: Record<string, DrawnFloor>;
  spaces: Record<string, DrawnSpace>;
  doors: Record<string, DrawnDoor>;
  things: Record<string, DrawnThing>;
  stairs: Record<string, DrawnStairs>;
  cameras: Record<string, DrawnCamera>;
}

type PartKind = keyof SchoolDrawing;
type SchoolChange = { kind: PartKind; name: string; now: object | null };

interface SchoolState {
  revision: number;
  drawing: SchoolDrawing;
  can_undo: boolean;
  can_redo: boolean;
  editor: string | null;
}

type SchoolStep = { step: string; kind: "do" | "undo" | "redo"; changes: SchoolChange[] };
type NextCorner = { at: Point; z_m: number; words: string; u: number; v: number };

interface MatchResult {
  found: FoundCamera;
  off_px: number[];
  bad: number[];
  next: NextCorner[];
  grade: "good" | "fair" | "poor";
  advice: string;
}

type PlanProblem = { text: string; floor: string; at: Point };

interface TakenPicture {
  size_wh: [number, number];
  bars: [number, number];
  notes: string[];
  people: Box[];
  tilt_deg: number;
  mark: string;
}

type SchoolData = { school_id: string };
type ChosenPart = { kind: PartKind; name: string };
