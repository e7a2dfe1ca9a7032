"""The search console: a Streamlit component with its own player.

`component.py` registers it and draws it for a `ConsoleView`. The component is `console.html`, the sheets in `css/` and
the modules in `js/`, joined by `bundle.py` (docs/decisions/003). What each module is for:

- `index.js`: the entry; keeps one console per mount, so that reruns never touch a video.
- `search_console.js`: makes the parts, wires them, takes what a person does. `key_actions.js`, `keys.js`: the
  keyboard; `key_map.js` (which key does what now), `key_sheet.js` (changing them), `key_names.js`.
- `attempt_link.js`: opens the attempt, keeps the lead among tabs, learns how it ends; with `attempt_api.js` (the
  routes), `outbox.js` (events kept in the tab until acknowledged), `resume.js` (the work so far).
- `player.js`: the two ways of playing. Decoded frame by frame: `frame_clock.js` (the one clock), `decoded_screen.js`
  (one clip on it), `clip_bytes.js` (its bytes). By video elements: `playback.js` (the clock), `screen.js` (one video
  on it and the frame it really shows). `player_clock.js`: what both clocks have in common, pinning among it.
  `pixels.js`: pictures read out once for all canvases; `tile_screen.js`: the main picture taken from the wall;
  `player_change.js`: what is done and said when a browser's decoder fails and videos go on.
- `pin_time.js`, `save_data.js`, `stalls.js` (waiting for footage, noted and said), `player_details.js` (figures),
  `footage_end.js`, `stage_notes.js` (small notes in the main picture), `renewal.js` (another token when one has run
  out).
- `transport.js`: what buttons and keys do to the clock, and the events they leave. `picture.js`: all moving pictures
  together.
- `stage.js` (main picture, marks, cross), `zoom.js`, `wall.js` (tiles cut from the mosaic, some at a time) with
  `wall_layouts.js`, `views.js` (what the wall shows) with `saved_views.js`, `camera_finder.js`, `note.js`,
  `task_card.js`, `hand_in.js`, `toolbar.js`, `covers.js` (words over all of it), `layout.js`, `site_clock.js` (times
  as the cameras show them), `storage.js` (what the browser keeps), `dom.js`, `icons.js`; `refused.js` (of the pages
  of plans and clips, which are built on these modules).
- `plan.js` (one floor) with `plan_floors.js`, `plan_labels.js`, `plan_signs.js` (cameras), `plan_legs.js` (marks in
  order of time, where each mark's person stands) and `plan_view.js` (looking closer). `next_links.js`: the links in
  the picture to the next camera, `link_places.js`: where they lie.
- `marking.js` (what a mark, its removal and the way between marks do), `placing.js` (from a click to a mark: inside
  the time, and on whom, docs/decisions/009) with `pending_mark.js` (the card that asks) and `outline.js`,
  `mark_list.js` (the marks, and undo), `found.js` (their cards, leg by leg) with `legs.js`. Noted besides:
  `bookmarks.js`, `snapshot.js`, `fault_reports.js`.
- `similar_people.js`: similar people, where the drill has them, with `similar_box.js` (drawing the box) and
  `similar_panel.js` (the list).
- `profile.js`: what this drill's console offers; `own_times.js`: a time for every camera where there is no common
  one. `interruptions.js`: calls that come in. `hints.js`: hints. `team_exercise.js`, with `exercise_line.js` (asks
  for news), `exercise_case.js` (the shared case), `exercise_panel.js`, `exercise_ask.js` and `exercise_words.js`.
  `coach.js`: the tour; `guide.js` with `guide_steps.js`: the familiarization drill; `coach_card.js`: the card of
  both, which points at a part.
- `timeline.js` (head, marks, following) with `time_window.js` (the part shown), `timeline_gestures.js`,
  `timeline_canvas.js`, `motion_data.js` (the server's measures), `thumbnails.js`. `motion_steps.js`: where motion
  begins, and going there; `sheet_preload.js`: thumbnails before anybody hovers.

Rules that hold everywhere: a frame number is the clock, but for video elements that play forward, where the wall's
video is; never more than three videos; a mark records the frame on screen; everything scored goes through the outbox,
and all that the component says to Streamlit is `refresh`; nothing about who is where ever reaches it.

For tests and trouble the console's root element says what it shows: `data-phase`, `data-frame` (on screen),
`data-main-frame`, `data-wall-frame`, `data-settled` (every screen stands on the clock's frame).
"""
