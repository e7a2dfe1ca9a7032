/** What the console has beyond picture, wall, plan, timeline and marks: one class each, see `Feature` in types.d.ts. */

import { Answers } from "./answers.js";
import { CameraFinder } from "./camera_finder.js";
import { FootageEnd, PlayerDetails, SaveData, SheetPreload, Stalls } from "./footage.js";
import { Coach, Guide } from "./guide.js";
import { HelpCall, Hints } from "./hints.js";
import { Interruptions } from "./interruptions.js";
import { MotionSteps } from "./motion.js";
import { NextLinks } from "./next_links.js";
import { Bookmarks, FaultReports, Snapshot } from "./notes.js";
import { PinTime } from "./own_times.js";
import { Replayer } from "./replayer.js";
import { SimilarPeople } from "./similar_people.js";
import { TeamExercise } from "./team_exercise.js";
import { Views } from "./views.js";

/** @typedef {(new (console_: SearchConsole) => Feature) & {isOffered?: (data: ConsoleData) => boolean}} FeatureClass */

/** @type {FeatureClass[]} */
const FEATURES = [
  CameraFinder,
  Answers,
  Bookmarks,
  Snapshot,
  MotionSteps,
  NextLinks,
  SimilarPeople,
  SheetPreload,
  Views,
  FaultReports,
  PinTime,
  SaveData,
  PlayerDetails,
  FootageEnd,
  Interruptions,
  Hints,
  TeamExercise,
  HelpCall,
  Coach,
  Guide,
  Replayer,
  Stalls,
];

const BEYOND_LESSONS = [Bookmarks, Snapshot, FaultReports];

/** Those of a drill: a lesson has no more than it needs. */
export function listFeatures(/** @type {ConsoleData} */ data) {
  const known = FEATURES.filter((Feature) => !data.is_lesson || !BEYOND_LESSONS.some((each) => each === Feature));
  return known.filter((Feature) => Feature.isOffered?.(data) ?? true);
}
