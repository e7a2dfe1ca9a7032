/**
 * Shapes that the modules share.
 *
 * For the type check and for editors; nothing of it reaches a browser.
 */

type ReplayLink = import("./attempt_link.js").ReplayLink;
type SearchConsole = import("./search_console.js").SearchConsole;

/** Plan meters or pixels: x and y. */
type Point = number[];
/** Left, top, right, bottom. */
type Box = number[];
/** Left, top, width, height. */
type Part = number[];
type Size = { width: number; height: number };
type XY = { x: number; y: number };
type Role = "lead" | "viewer" | "map" | "radio";
type Duty = string;
type About = "look" | "last-seen";

/* What can be seen. */

type VideoScreen = import("./screen.js").Screen;
type DecodedScreen = import("./decoded_screen.js").DecodedScreen;
type TileScreen = import("./picture.js").TileScreen;
type FootageScreen = VideoScreen | DecodedScreen;
type AnyScreen = FootageScreen | TileScreen;
type Clock = import("./clocks.js").Playback | import("./clocks.js").FrameClock;
type PlayerKind = "decoder" | "video";
type Trouble = "expired" | "missing" | "network" | "undecodable" | "blocked";
/** What a part of a picture can be painted from. */
type Painted = { cuttable: CanvasImageSource | null; pixels: ImageData | null };
type Painting = CanvasRenderingContext2D;

/* Inside the console. */

type SaveState = { kind: "saved" | "saving" | "held" | "offline" | "expired" | "refused"; waiting: number; text: string };

/** The screen of a search at one moment, see work.js. */
interface ReplayState {
  atMs: number;
  cameraId: string | null;
  timeS: number;
  speed: number;
  isPlaying: boolean;
  isHidden: boolean;
  marks: Mark[];
  note: string;
  tab: string;
  side: string;
  floor: string | null;
  wall: WallShown | null;
  zoom: CloserLook | null;
  timeline: { from_s: number; to_s: number } | null;
  wallS: number | null;
  similar: ReplayedSimilar | null;
  callId: string | null;
  on: string[];
}

type ReplayedSimilar = { list: SimilarList; opened: number[]; isOpen: boolean };
type StageMessage = { text: string; icon?: IconName; action?: Action };
type Action = { label: string; run: () => void };
type StageNote = { text: string; icon: IconName; actions?: Action[] };
type CoverName = import("./messages.js").CoverName;
/** What a timeline reads. */
type TimelineHost = Pick<SearchConsole, "parts" | "clock" | "transport" | "motion" | "sheets"> & {
  picture: { cameraId: string | null; nameOf(cameraId: string): string };
};
type PartName = keyof Parts;
type TransportChange = import("./transport.js").TransportChange;
type Pictured = import("./pixels.js").Pictured;
type IconName = import("./icons.js").IconName;
type KeyRow = { keys: string[]; words: string; action: string };
/** False: the key is not meant for it. */
type KeyAction = (event: KeyboardEvent) => unknown;
type KeyActions = Record<string, KeyAction>;

/** What the console has beside its main parts, made with the console; it may have any of these. */
interface Feature {
  /** What its keys do, by the names of the table in keys.js. */
  actions?: KeyActions;
  /** What keys do first, by the same names; true: the key has done its work. */
  overrides?: KeyActions;
  /** What is handed in besides marks, each a sentence. */
  listGiven?(): string[];
  /** What the hand-in should warn of, each a sentence. */
  listMissing?(): string[];
  /** The attempt is open; `work` is what was kept of it, see work.js. */
  restore?(work: Work): void;
  /** Another main picture, null for none. */
  setCamera?(cameraId: string | null): void;
  setMarks?(marks: ListedMark[]): void;
  /** An event has left the console. */
  sent?(kind: EventKind, payload: EventPayloads[EventKind]): void;
  /** Once per drawn frame of the page. */
  tick?(): void;
  /** Newer data from the page. */
  update?(data: ConsoleData): void;
  destroy?(): void;
}

type Layout = { name: string; tiles: number; words: string; long: string; columns?: number };
type WallView = { id: string; name: string; cameras: string[]; layout?: string };
type SavedView = { id: string; name: string; layout: string; cameras: string[] };

/** What the browser keeps, see storage.js. */
type Kept = Pick<Storage, "getItem" | "setItem" | "removeItem">;

interface Tile {
  cameraId: string;
  number: number;
  wallIndex: number;
  crop: Part;
  button: HTMLButtonElement;
  pen: Painting;
}

type Station = { number: number; mark: ListedMark; floor: string; at: Point };
type ToPixels = (point: Point) => Point;
type TimelineMark = { t_s: number; camera_id: string; kind: "mark" | "bookmark"; isOwn: boolean; text?: string };
type Row = { top: number; height: number };

/** What Streamlit hands to a component. */
interface Mounted<Data> {
  parentElement: HTMLElement | ShadowRoot;
  data: Data;
  setTriggerValue: (name: string, value: unknown) => void;
  setStateValue: (name: string, value: unknown) => void;
}

/* Elements. */

type Listeners = { [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => unknown };
type Attribute = string | number | boolean | null | undefined;
type Attributes = { on?: Listeners; text?: string; [name: string]: Attribute | Listeners };

/* What the browser may have and TypeScript's list of it lacks. */

interface Navigator {
  readonly connection?: { readonly saveData?: boolean };
}
