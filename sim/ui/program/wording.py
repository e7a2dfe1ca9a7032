"""Words of the page Plan."""

from typing import Final

TITLE: Final = "Plan"
TITLE_ALL: Final = "Plan of all schools"
PROGRAM: Final = "Program"
NONE_YET: Final = "This team has no program yet."
WITHOUT: Final = "Teams without a program ({count})"
WITHOUT_NOTE: Final = "Choose one to plan its program."
LEAD: Final = "Plan who does which drill when: some before the training, some after it, and a few much later."
NO_TEAM: Final = "Make a team first, and put its people on it. Then plan its program here."
TO_TEAM: Final = "Make a team"
TO_PEOPLE: Final = "Add people to the team"
TEAM: Final = "Team"
AIM_SECTION: Final = "1. Who, and what for"
AIM: Final = "Aim, in your own words"
AIM_USUAL: Final = "Find one student on our cameras faster, without following the wrong person."
DRILLS_SECTION: Final = "2. How many drills"
BEFORE: Final = "Drills before the training"
BEFORE_HELP: Final = "Four: people get faster by practice alone, and it takes four drills to see by how much."
AFTER: Final = "Drills after it"
FAMILIAR: Final = "Start with three minutes to get to know the console (not scored)"
LATER: Final = "And again later, to see what stays"
ONE_BEFORE: Final = "With one drill before the training, nobody can tell training from practice. Plan four."
TWO_BEFORE: Final = (
    "Two drills before the training cannot tell practice from training: a real gain of 30% would still look like "
    "practice in 7 of 10 teams. With four it is 3 to 5 of 10. Plan four, or let half of the team wait."
)
CHOSEN_BY: Final = "How were these people chosen?"
CHOSEN_BY_OPEN: Final = "Choose an answer"
CHOSEN_BY_WORDS: Final = {
    "all": "Everyone on the staff who should know this",
    "volunteers": "They volunteered",
    "low results": "For low results in drills of this team",
    "low results earlier": "For low results somewhere else, before these drills",
}
CHOSEN_BY_HELP: Final = "The comparison says so. Without an answer it cannot say that the team improved."
CHOSEN_LOW: Final = (
    "Then the comparison will give no word: the slowest quarter of a team is 23 to 34% faster the next time anyway. "
    "Put these people on a new team, so that only new drills are compared, and choose the last answer there."
)
WAITS: Final = "Let half of them wait for the training, drawn by lot"
WAITS_NOTE: Final = (
    "All {people} do the same drills at the same times; {waiting} are trained after the last drill. Only this tells "
    "training from practice and from people getting better anyway. The program draws, and keeps what it drew with."
)
ENOUGH: Final = "{needed} for each person. {forms} parallel drills are there, and nobody gets one twice."
TOO_FEW: Final = (
    "The plan has {needed} for each person. Left that they have not seen: {fewest} (for {short}). The last drills "
    "could not be given. Plan fewer."
)
NEEDED: Final = "{needed} for each person."
FOOTAGE: Final = "School and footage of the drills"
FOOTAGE_BEST: Final = "The footage with most drills left"
FOOTAGE_THERE: Final = "Measured on footage made on this computer. Nobody has seen it, and nobody practices on it."
FOOTAGE_NONE: Final = (
    "This program needs footage of its own to measure on. The drills that come with Sightline are for practice only: "
    "anyone who has the program can look up their answers."
)
FOOTAGE_SPENT: Final = "This team has seen the footage there is. Make new footage to measure on."
FOOTAGE_SCHOOL: Final = "School in the footage"
FOOTAGE_MAKE: Final = "Make the footage"
FOOTAGE_PRICE: Final = (
    "Takes {time} on this computer and {disk} of disk, in the background. You can plan the program as soon as it has "
    "begun."
)
FOOTAGE_BUSY: Final = "A practice drill is being made now. This footage can be made when that is done."
FOOTAGE_MEANWHILE: Final = (
    "You can leave this page, plan the program now, and have people start with practice. Measured drills open when the "
    "footage is ready."
)
FOOTAGE_STOPPED: Final = "The footage to measure on is not finished. What is done is kept."
FOOTAGE_GO_ON: Final = "Continue"
FOOTAGE_CANCEL: Final = "Delete it"
FOOTAGE_NO_SCHOOL: Final = (
    "No footage can be made here now: the disk is full, or the pictures of the schools are missing."
)
DATES_SECTION: Final = "3. When"
OVER: Final = (
    "This training is over, or today: only drills after it are planned. A comparison needs drills done before it; "
    "those that your people did then count, however they were given."
)
TRAINING_ON: Final = "Day of the training"
TRAINING_AT: Final = "Begins at (if known)"
ZONE: Final = "Time zone of the school"
PREVIEW: Final = "This is what you will get. Every day can be changed later."
CONSOLE: Final = "Console of all drills"
MORE: Final = "Console and time zone"
MAKE: Final = "Make the program"
STEP: Final = "Step"
DAYS: Final = "When"
PLAN: Final = "Steps and days"
STANDING: Final = "People"
TAB_STEPS: Final = "Steps"
TAB_REMIND: Final = "Reminders"
TAB_CALENDAR: Final = "Calendar"
TAB_CHANGE: Final = "Change"
TAB_COPY: Final = "Copy"
COPY_TITLE: Final = "The same program for another team"
COPY_NOTE: Final = "Aim, drills, console, time zone and footage are the same. The days follow the day of its training."
COPY_NONE: Final = "Every other team with people has a program already."
COPY: Final = "Copy the program"
COHORT_TITLE: Final = "A cohort: some of this team on other days"
COHORT_NOTE: Final = (
    "They become a team of their own at the same school, with this program around their own training. Only people who "
    "were given no drill yet can go: the others' results belong here."
)
COHORT_NONE: Final = "Everyone on this team was given a drill already."
COHORT_NAME: Final = "Name of the cohort"
COHORT_HINT: Final = "for example: Front office, October"
COHORT_WHO: Final = "Who is in it"
COHORT: Final = "Make the cohort"
TAB_NOTED: Final = "What was changed"
CHOSEN: Final = "Drills chosen by hand"
CHOSEN_NOTE: Final = "Given out of their turn, each with the reason that was noted when it was chosen."

REMIND_NOTE: Final = (
    "Copy a text and send it as you send things to your staff. It names the step and its days, nobody's results."
)
REMIND_NOTHING: Final = "There is no step to remind anybody of."
CALENDAR_NOTE: Final = (
    "Steps are whole days and block nobody's time. The calendar names steps and days, no people and no results."
)
CALENDAR_FILE: Final = "Download for a calendar (ICS)"
CALENDAR_ADDRESS: Final = "Or subscribe to this link: the calendar then follows every change automatically."
CALENDAR_RENEW: Final = "Make a new link; the old one stops working"
CALENDAR_RENEWED: Final = "The old link no longer works. Give out this new one."

SHIFT_TITLE: Final = "Day and time of the training"
SHIFT_NOTE: Final = "With another day, the steps after it move by as many days. What has been done stays."
SHIFT: Final = "Save day and time"
AT_HELP: Final = "The school's time. Calendars and reminders then name it."
AT_OPEN: Final = "The time is not known yet: show the whole day"
MOVE_TITLE: Final = "Move one step"
MOVE_STEP: Final = "Step to move"
MOVE_FROM: Final = "From"
MOVE_TO: Final = "To, this day included"
MOVE: Final = "Save the days"
DROP: Final = "Take this step out"
DROP_SURE: Final = "Yes, take it out. Drills already done for it stay in the results."
ADD_TITLE: Final = "Add a drill"
ADD_BEFORE: Final = "before the training"
ADD_AFTER: Final = "after the training"
ADD_WHICH: Final = "Where"
ADD: Final = "Add it"
CLOSE: Final = "Close this program"
CLOSE_SURE: Final = "Yes, close it. Nothing is due any more; results stay where they are."
CLOSED: Final = "Closed programs"
CLOSED_LINE: Final = "{aim} Training {day}."
NOTHING: Final = "Nothing was different."
CHANGED_ELSEWHERE: Final = (
    "Someone else changed this program while you had it open. What you filled in below still stands, and is saved only "
    "once you have seen the program as it is now."
)
SHOW_NOW: Final = "Show the program as it is now"

BOARD_LEAD: Final = "Who has done which step, who is due, and who is late."
BOARD_EMPTY: Final = "Nothing is planned yet. Plan a program, and everybody's steps appear here."
SCHOOL: Final = "School"
ALL_SCHOOLS: Final = "All schools"
COUNTS: Final = "By school"
TODO_TITLE: Final = "To do now"
TODO_NONE: Final = "Nothing is due today."
TODO_MORE: Final = "Shown are the first of {all} people with something to do; the others are in the table below."
EVERYONE: Final = "Everybody"
PERSON: Final = "Person"
CELL_GIVE: Final = "Give {step} to {name}"
CELL_OPEN: Final = "Open {step} of {name}"
CELL_SESSION: Final = "Record {step} of {name}"
GIVE: Final = "Give the drill"
OPEN: Final = "Open the drill"
SEND: Final = "Send the link"
SEND_NOTE: Final = "Send this link to {name}. It opens this drill and nothing else."
OTHER: Final = "Choose another drill"
OTHER_NOTE: Final = (
    "Drills are handed out so that each is done as often before as after. Choose another one only with a reason."
)
OTHER_FORM: Final = "Drill"
OTHER_REASON: Final = "Why"
OTHER_GIVE: Final = "Give this one"
RECORD_TRAINING: Final = "Plan or record the training"
NOT_COUNTED: Final = "Done, not counted"
OPEN_SESSION: Final = "Do it together in a session"
NOBODY: Final = "Nobody is on this team yet. Add its people first; then plan its program here."
OTHER_NONE: Final = "There is no other drill that this person has not seen."
WORKING_OUT: Final = "Working out what size of change this plan can show ..."

TRAINING_OFF: Final = "That day is {why}. The training can be held then; drills are planned on school days only."
OFF_TITLE: Final = "Days without drills"
OFF_NOTE: Final = (
    "No drill begins or ends on a weekend, a federal holiday, or a day that you add here. It is one list for the whole "
    "district. Steps that are planned already stay as they are."
)
OFF_HEADER: Final = ("Days", "What")
OFF_FIRST: Final = "First day"
OFF_LAST: Final = "Last day (empty for one day)"
OFF_NAME: Final = "What it is"
OFF_NAME_HINT: Final = "for example: Spring break"
OFF_ADD: Final = "Add"
OFF_WHICH: Final = "Added days"
OFF_REMOVE: Final = "Remove"
TAB_SEND: Final = "Give and send"
SEND_ALL_NOTE: Final = (
    "Give a step to everyone who still has to do it, then hand the links over as a list, a file or by mail."
)
SEND_NOBODY: Final = "Nobody has this step to do now."
GIVE_ALL: Final = "Give to all ({count})"
SEND_LINKS: Final = ("Link of 1 drill given", "Links of {count} drills given")
SEND_HEADER: Final = ("Person", "Email", "Link")
MAIL_TITLE: Final = "Email"
MAIL_NONE: Final = (
    "No mail server is set up here. Hand the links over as a list or file; the person who runs the server can set one "
    "up."
)
MAIL_NO_ADDRESS: Final = (
    "A mail server is set up, but not the address at which this installation is opened, so mail could hold no links. "
    "Ask the person who runs the server to set it."
)
MAIL_DOWN: Final = "Messages waiting: {waiting}. {failure} Retrying automatically."
MAIL_LINE: Final = (
    "Sent through {server}: {sent}. Waiting: {waiting}. Everyone is reminded automatically, once when a drill is due "
    "and once when it is overdue. No results are in mail."
)
MAIL_WITHOUT: Final = "No mail goes to:"
MAIL_NOW: Final = "Send a reminder now ({count})"
MAIL_QUEUED: Final = "Reminders on their way: {count}."
MAIL_TODAY: Final = "Everyone was sent this reminder today already."
MAIL_AGAIN: Final = "Remind {name} again, as they asked"
