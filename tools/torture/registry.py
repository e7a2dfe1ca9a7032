"""Every trial, in the order of the table."""

from tools.torture.faults import (
    attacks,
    clocks,
    console,
    disks,
    events_in,
    files,
    formulas,
    fuzz,
    lines,
    slow,
    spoiled_files,
    texts,
    workers_killed,
)
from tools.torture.integrity import ATTACKS
from tools.torture.rig.trial import Trial

TRIALS: tuple[Trial, ...] = (
    Trial(
        name="kill-posts",
        fault="server killed (kill -9) while four tabs post events",
        try_once=events_in.kill_while_posting,
    ),
    Trial(
        name="kill-workers",
        fault="PostgreSQL, nginx, two app processes: one of them killed (kill -9) again and again under load",
        try_once=workers_killed.kill_workers,
        usual_s=90.0,
        most_tries=10,
    ),
    Trial(
        name="kill-backup",
        fault="`backup` killed (kill -9) while it copies and someone posts",
        try_once=files.kill_backup,
        usual_s=15.0,
    ),
    Trial(
        name="kill-build",
        fault="`footage build` killed (kill -9) with all its processes, then run again",
        try_once=files.kill_build,
        usual_s=40.0,
    ),
    Trial(
        name="disk-full",
        fault="disk full to the last byte during a drill",
        try_once=disks.fill_disk,
        usual_s=10.0,
    ),
    Trial(
        name="file-limit",
        fault="no file may grow (quota) during a drill",
        try_once=disks.limit_files,
        usual_s=10.0,
    ),
    Trial(
        name="locked",
        fault="database locked by another program for 7 s, 2 s longer than the server waits",
        try_once=disks.lock_database,
        is_waiting=True,
    ),
    Trial(
        name="clock",
        fault="computer's clock set an hour on and back during a drill",
        try_once=clocks.step_clock,
    ),
    Trial(
        name="cut",
        fault="connection cut for 60 s in the middle of posts",
        try_once=lines.cut_line,
        most_tries=20,
        is_waiting=True,
    ),
    Trial(
        name="cut-console",
        fault="a trainee's connection cut for 60 s in the middle of a drill, the console in a real browser",
        try_once=console.cut_console,
        most_tries=20,
        usual_s=90.0,
        is_waiting=True,
    ),
    Trial(name="proxy", fault="proxy stopped and started again, three times", try_once=lines.restart_proxy),
    Trial(
        name="repeats",
        fault="batches sent one to three times, in any order, on four lines at once",
        try_once=events_in.repeat_and_reorder,
    ),
    Trial(
        name="tokens",
        fault="forged, expired and other people's tokens on every route",
        try_once=attacks.use_bad_tokens,
    ),
    Trial(name="traversal", fault="1,500 addresses that lead out of the folder", try_once=attacks.leave_the_folder),
    Trial(
        name="bodies", fault="bodies and heads too large, endless, nested, malformed", try_once=attacks.send_bad_bodies
    ),
    Trial(
        name="slow-heads",
        fault="300 clients that send a request's head a few bytes a second",
        try_once=slow.send_slow_heads,
        most_tries=5,
        is_waiting=True,
    ),
    Trial(
        name="slow-bodies",
        fault="300 clients that send a request's body a byte a second",
        try_once=slow.send_slow_bodies,
        most_tries=5,
        is_waiting=True,
    ),
    Trial(
        name="texts",
        fault="SQL, HTML, Markdown, turned, invisible, broken and endless texts in every field and in events",
        try_once=texts.type_texts,
        usual_s=15.0,
        most_tries=5,
    ),
    Trial(
        name="formulas",
        fault="names that begin as formulas, in every table that can be exported",
        try_once=formulas.export_formulas,
        usual_s=10.0,
        most_tries=5,
    ),
    Trial(
        name="ledger",
        fault="an entry of the training record edited by hand in the database",
        try_once=spoiled_files.edit_ledger_row,
    ),
    Trial(name="video", fault="a clip cut short at a place drawn by chance", try_once=spoiled_files.cut_video),
    Trial(
        name="scenario",
        fault="a scenario edited by hand, ten ways",
        try_once=spoiled_files.edit_scenario,
        usual_s=30.0,
    ),
    Trial(
        name="bombs",
        fault="decompression bombs as photo, thumbnails, clip, ZIP and list",
        try_once=spoiled_files.send_bombs,
        usual_s=25.0,
        most_tries=5,
    ),
    Trial(
        name="fuzz",
        fault="schemathesis on every route's OpenAPI description",
        try_once=fuzz.fuzz_routes,
        most_tries=1,
        usual_s=360.0,
        is_filler=True,
    ),
    *ATTACKS,
)
PARTS = tuple(dict.fromkeys(trial.part for trial in TRIALS))


def find_trials(names: tuple[str, ...]) -> tuple[Trial, ...]:
    """Return the trials of these names, each once; the name of a part means all of it, no name all trials.

    Raises:
        KeyError: there is no such trial or part.
    """
    known: dict[str, tuple[Trial, ...]] = {trial.name: (trial,) for trial in TRIALS}
    known.update({part: tuple(trial for trial in TRIALS if trial.part == part) for part in PARTS})
    return tuple(dict.fromkeys(trial for name in names for trial in known[name])) if names else TRIALS
