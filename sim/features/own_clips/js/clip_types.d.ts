/** What the pages of Our footage get from sim/features/own_clips/annotator_data.py. For the type check and for editors alone. */

type WalkData = { walk_id: string };
type AnnotatorData = WalkData & { kind: "walker" | "blur" };

interface ImportedClip {
  clip_id: string;
  camera: string;
  file_name: string;
  state: "importing" | "done" | "failed" | "stopped" | "canceled" | "waiting";
  share: number;
  left_s: number | null;
  problem: string;
  can_resume: boolean;
  notes: string[];
  /** Frames at ten a second to look at before the clip is used: almost no heads were found there. Empty for most clips. */
  look_at: number[];
  /** Who looked at them; `by` is "" where nobody signs in. */
  looked: { by: string; at: string } | null;
}

type ImportState = { cameras: string[]; clips: ImportedClip[] };
type Sight = "seen" | "hidden" | "out";
type WalkKeyframe = { camera_id: string; frame: number; sight: Sight; box: Box | null };

interface WalkTrack {
  revision: number;
  keyframes: WalkKeyframe[];
  /** What is proposed for the frame that was asked for with a keyframe. */
  proposal?: WalkProposal;
}

interface WalkProposal {
  frame: number;
  sight: Sight;
  box: Box | null;
  source: "between" | "person" | "same";
  is_crossing: boolean;
  choices: Box[];
  /** Why the box that was accepted here could not be saved. */
  problem?: string;
}

type BlurSpan = { first: number; last: number; box: Box };

interface DoubtfulSpan extends BlurSpan {
  why: string;
  /** Where one head may be bare each, at least one. */
  spots: BlurSpan[];
}

interface AlignProgress {
  state: "none" | "running" | "done" | "failed" | "stopped";
  what: string;
  share: number;
  problem: string;
}

interface WorkingState {
  is_current: boolean;
  /** By camera: spans of frames without a picture, the first of each and the first one after it. */
  gaps: Record<string, [number, number][]>;
  recording: Recording;
  track: WalkTrack;
  confirmed: string[];
  doubtful: Record<string, DoubtfulSpan[]>;
}
