import { Answers } from "./answers.js";
import { Bookmarks } from "./bookmarks.js";
import { Coach } from "./coach.js";
import { TeamExercise } from "./team_exercise.js";
import { FaultReports } from "./fault_reports.js";
import { FootageEnd } from "./footage_end.js";
import { Guide } from "./guide.js";
import { HelpCall } from "./help_call.js";
import { Hints } from "./hints.js";
import { Interruptions } from "./interruptions.js";
import { MotionSteps } from "./motion_steps.js";
import { NextLinks } from "./next_links.js";
import { PinTime } from "./pin_time.js";
import { PlayerDetails } from "./player_details.js";
import { Replayer } from "./replayer.js";
import { SaveData } from "./save_data.js";
import { SheetPreload } from "./sheet_preload.js";
import { SimilarPeople } from "./similar_people.js";
import { Snapshot } from "./snapshot.js";
import { Views } from "./views.js";

/**
 * What the console has beyond picture, wall, plan, timeline and marks: one class each, in a file of its own.
 *
 * A feature is made with the console (see search_console.js: `parts`, `data`, `storage`,
 * `deviceStorage`, `clock`, `picture`, `transport`, `marks`, `tools`, `send`, `focus`, `goTo`, `sayings`, `isLive`) and
 * may have any of:
 *
 * - `actions`: what its keys do, by the names of the table in keys.js
 * - `overrides`: what keys do first, by the same names; true: the key has done its work
 * - `listGiven()`: what is handed in besides marks, each a sentence
 * - `listMissing()`: what the hand-in should warn of, each a sentence
 * - `restore(work)`: the attempt is open; `work` is what was kept of it, see resume.js
 * - `setCamera(cameraId)`: another main picture, null for none
 * - `setMarks(marks)`: the marks as they are now, by their times
 * - `sent(kind, payload)`: an event has left the console
 * - `tick()`: once per drawn frame of the page
 * - `update(data)`: newer data from the page
 * - `destroy()`
 */

export const FEATURES = [
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
];
