/** What the map draws: `make_data` of component.py. For the type check and for editors; nothing of it reaches a browser. */

/** Site time, x, y, floor, and whether a camera shows the student. */
type PathPoint = [number, number, number, string, boolean];
type MapFloor = { id: string; name: string };
type MapSpan = { id: string; name: string; from_s: number; to_s: number };

interface MapMark {
  number: number;
  kind: string;
  words: string;
  count: number;
  t_s: number;
  x: number;
  y: number;
  floor: string;
  camera: string;
}

type MapZone = { name: string; floor: string; polygon: Point[] };

interface MapData {
  day_s: number;
  window_s: number[];
  floors: MapFloor[];
  has_floors: boolean;
  zones: MapZone[];
  walls: Record<string, number[][]>;
  cameras: { id: string; floor: string; x: number; y: number }[];
  path: PathPoint[];
  marks: MapMark[];
  student: MapSpan[];
  watched: MapSpan[];
}

/** Where the student is at a moment. */
type MapPlace = { phase: "before" | "on" | "after"; x: number; y: number; floor: string };

/** A stretch of the way that is drawn in one stroke. */
type MapRun = { floor: string; isSeen: boolean; points: Point[] };
