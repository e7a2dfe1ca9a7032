"""Words of the trainer's session page."""

from types import MappingProxyType
from typing import Final

TITLE: Final = "Session"
LEAD: Final = (
    "Hold a drill with your team in one room, or each at their own desk: they join with a code, you see who is where."
)
NO_TEAM: Final = "Make a team first. A session is held with its people."
TO_TEAM: Final = "Go to Team"
NOBODY: Final = "Nobody is on this team yet. Add its people first."
DEMO: Final = "A demo team holds no sessions: its people are invented."

KIND: Final = "What it is for"
KINDS: Final = MappingProxyType(
    {
        "familiarization": "Getting to know",
        "before": "Before training",
        "after": "After training",
        "retention": "Later on",
    }
)
KIND_NOTES: Final = MappingProxyType(
    {
        "familiarization": "Three guided minutes on the console. Nothing is scored.",
        "before": "Everybody gets a scored drill that they have not seen.",
        "after": "Everybody gets a scored drill that they have not seen.",
        "retention": "Everybody gets a scored drill that they have not seen.",
    }
)
STARTING: Final = "How it begins"
STARTINGS: Final = MappingProxyType({"together": "All together", "each": "Each alone"})
STARTING_NOTES: Final = MappingProxyType(
    {
        "together": "Everybody waits until you show the briefing, and again until you start the clocks.",
        "each": "Everyone who has joined reads the briefing and begins when ready.",
    }
)
PLACE: Final = "Where (may be left empty)"
PLACE_HINT: Final = "for example: Library, 2nd floor"
WHO: Final = "Who is invited"
EXTRA: Final = "Extended time"
EXTRA_WHO: Final = "Who is entitled to it"
EXTRA_NOTE: Final = (
    "Only this page and the person's details show it: no board, no screen of the others. "
    "Drills with extended time are kept out of all times that are compared."
)
EXTRA_FACTORS: Final = MappingProxyType({1.0: "None", 1.25: "1¼ times", 1.5: "1½ times", 2.0: "Twice"})
EXTRA_OF: Final = "Time of {name}"
CONSOLE_AND_OPTIONS: Final = "Console, footage and drill"
DRILL: Final = "Who everybody looks for"
EACH_ANOTHER: Final = "Each another student"
SAME_DRILL: Final = "Everybody the same student: {title}"
OPEN: Final = "Open the session"
PLAN_AHEAD: Final = "Plan it for another day"
PLAN_NOTE: Final = "Nobody can join until two hours before. You get the invitation to send, with a calendar file."
PLAN_DAY: Final = "Day"
PLAN_TIME: Final = "Begins at"
PLAN: Final = "Plan the session"
PLANNED: Final = "Planned for {day}. Everyone invited can join from {opens}; nothing is to be done before."
CARD_AHEAD: Final = "**{kind}**, planned for {day}. {invited} invited."
GO_AHEAD: Final = "Invitation"
MOVE: Final = "Move it to another day"
MOVE_SURE: Final = "Move the session"
MOVE_NOTE: Final = "Send the invitation again afterwards: calendars that have it take the new time."
CANCEL: Final = "Cancel the session"
CANCEL_NOTE: Final = "No one is marked absent. Tell those invited; Records has the text and the calendar file."
CANCEL_SURE: Final = "Yes, cancel it"
MAKES_UP: Final = "This session makes up the one of {day}, for those who were absent."

EARLIER: Final = "Sessions so far"
CARD: Final = "**{kind}**, {day}. {came} of {invited} came."
CARD_VOIDED: Final = "**{kind}**, {day}. Voided: {reason}."
GO: Final = "Open"
GO_RUNNING: Final = "Go on"
MAKE_UP_ONE: Final = "Make-up session for 1 person"
MAKE_UP_MANY: Final = "Make-up session for {count} people"
NEW: Final = "New session"

VIEWS: Final = MappingProxyType({"join": "Join screen", "board": "Board", "people": "People", "results": "Results"})
VIEW: Final = "Show"

SHOW_BRIEFING: Final = "Show the briefing"
SHOW_BRIEFING_NOTE: Final = "{here} of {invited} have joined. Anyone who joins later gets the briefing at once."
START_CLOCKS: Final = "Start the clocks"
START_CLOCKS_NOTE: Final = "{ready} of {joined} have the briefing open. Anyone else starts alone when they open it."
START_FAMILIAR: Final = "Start"
START_FAMILIAR_NOTE: Final = "{here} of {invited} have joined. Anyone who joins later begins at once."
EACH_NOTE: Final = "Everybody begins alone as soon as they have joined. There is nothing for you to start."
STARTED_NOTE: Final = "Started. Anyone who joins now reads the briefing and begins alone."
OVER_NOTE: Final = "This session has ended."
ALL_DONE_NOTE: Final = "Everybody who joined has ended. End the session when nobody else is coming."
END: Final = "End the session"
END_SURE: Final = "Yes, end it"
END_NOTE: Final = (
    "Nobody can join after that. Running drills continue to their end. Anyone who has not joined is marked absent."
)

COUNT_DOWN: Final = "Starts in {seconds}"
COUNTING: Final = "Everyone starts in {seconds} s."
PAUSE: Final = "Pause for everyone"
PAUSE_NOTE: Final = (
    "All clocks stop, as for a fire alarm, and nobody can begin. The record keeps when and for how long."
)
PAUSE_WHY: Final = "Why (may be left empty)"
PAUSE_WHY_HINT: Final = "for example: fire alarm"
PAUSE_SURE: Final = "Stop the clocks"
PAUSED: Final = "Paused since {time}. All clocks stand still; nobody loses time."
PAUSED_BOARD: Final = "Paused"
CONTINUE: Final = "Continue for everyone"
REOPEN: Final = "Reopen the session"
REOPEN_NOTE: Final = "People can join again with the code. Anyone marked absent stays absent until they join."
PROJECT: Final = "Open for the projector"
PROJECT_NOTE: Final = "A view of its own for the room: no calls for help, no buttons."
PROJECT_DEBRIEF: Final = "Open the group debrief for the projector"
GROUP_TITLE: Final = "What the room missed most"
GROUP_RULE: Final = "One rule for next time"
GROUP_COUNT: Final = "{drills}, no names. {passed} passed."
GROUP_MISSED: Final = "{camera}: missed {missed} of {all} times"
GROUP_MISSED_AT: Final = "{camera}, {time}: missed {missed} of {all} times"
GROUP_NONE: Final = "The room found every appearance of the students. Well done."
GROUP_HELD: Final = (
    "The answers stay closed until everyone on the team has finished these drills, or until {day} at the latest. "
    "Shown before, they would tell the others where to look."
)
GROUP_EMPTY: Final = "Nobody has finished a drill in this session yet."
GROUP_MAP: Final = "Map of {name} with the cameras that were missed most"
HELP_BADGE: Final = "{count} people are asking for help. Their names are on the tab People."
HELP_BADGE_ONE: Final = "Someone is asking for help. Their name is on the tab People."
IN_PAUSE_BADGE: Final = "Actions by {count} people came while the drill was paused. Their names are on the tab People."
IN_PAUSE_BADGE_ONE: Final = "Actions by someone came while the drill was paused. Their name is on the tab People."
IN_PAUSE_NOTE: Final = "Nothing was shown, and nothing counted then. Often it is a device that had lost its connection."
SCAN: Final = "Scan this with your phone or tablet"
ON_DEVICE: Final = "Join on {device}: a drill on anything else does not count"
OPEN_THERE: Final = "Open"
OR_OPEN: Final = "or open"
AND_TYPE: Final = "and type"
JOINED: Final = "{joined} of {invited} have joined"
ONLY_HERE: Final = (
    "This address works on this computer only. For the others to join, open this page by the computer's name "
    "or number in the network, and start Sightline so that the network reaches it."
)
CHANGES: Final = "The code changes every minute"
COPY: Final = "Link to send"
COPY_NOTE: Final = (
    "For invitations, also as the code {code}. It leads to this session's page, which asks for the code that the "
    "screen shows, or the person's PIN."
)
RENEW: Final = "Make a new link and code"
RENEW_NOTE: Final = "Old links stop working. People who already joined stay in."

STAGES: Final = MappingProxyType(
    {
        "away": "Not here yet",
        "waiting": "In the waiting room",
        "briefing": "Reading the briefing",
        "drill": "In the drill",
        "finished": "Finished",
        "timed out": "Time is up",
        "given up": "Given up",
    }
)
ABSENT: Final = "Absent"
MADE_UP: Final = "Made up later"
IN_DRILL: Final = "{time} so far"
QUIET: Final = "Page not seen for {span}"
HELP_ONE: Final = "Asked for help at {time}"
ANSWERED: Final = "Answered"
FACTS: Final = ("Joined", "Waiting or reading", "In the drill", "Ended")

PEOPLE_NOTE: Final = "For your eyes: do not show this on a projector."
PERSON: Final = "Person"
CHOOSE_PERSON: Final = "Choose someone"
NOT_JOINED: Final = "Has not joined yet."
ATTENDANCE: Final = "Attendance"
ATTENDANCES: Final = MappingProxyType(
    {"invited": "Not known yet", "present": "Present", "absent": "Absent", "made_up": "Made up"}
)
REASON: Final = "Why it is corrected"
REASON_HINT: Final = "for example: came without a device"
CORRECT: Final = "Save the correction"
CORRECTIONS: Final = "Corrections"
CORRECTION: Final = ("Person", "Was", "Became", "Why", "When")
TIME_LOCKED: Final = "The clock has started: this can be set for the next session only."
LIMIT: Final = "Limit"
USED: Final = "Used"
OWN_LINK: Final = "Own link, to come back from any device"
FREE: Final = "Free the name"
FREE_NOTE: Final = (
    "Someone else took this name by mistake? Free it, and it can be chosen again. A drill already started stays with "
    "it; before the start, the person is no longer marked present. A PIN chosen through it is taken back."
)
FREE_SURE: Final = "Yes, free it"
GIVE_UP: Final = "End this drill"
GIVE_UP_NOTE: Final = "The drill counts as given up, and its form as seen."
GIVE_UP_SURE: Final = "Yes, end it"
CALLS: Final = "Help"
CALL: Final = "Asked at {asked}, {into} into the drill: {answer}"
CALL_ANSWERED: Final = "answered at {time}"
CALL_OPEN: Final = "not answered yet"
INVITE: Final = "Invite more people"
INVITE_GO: Final = "Invite"
ALL_PEOPLE: Final = "Everybody invited"
PEOPLE_HEADER: Final = ("Person", "Attendance", "How known")

RESULTS_WAIT: Final = "Results are shown when everybody has ended, so that nobody is hurried by them."
RESULTS_NOW: Final = "Show what there is now"
RESULTS_NONE: Final = "Getting to know the console is not scored."
RESULTS_EMPTY: Final = "Nobody has ended a drill in this session yet."
RESULT_RAN_OUT: Final = "Time ran out"
RESULT_PASSED: Final = "passed"
RESULT_FAILED: Final = "did not pass"
RESULTS_NOTE: Final = "Times, and what changed since the training, are under Team, Results."
DEBRIEF: Final = "Debrief of {name}"
