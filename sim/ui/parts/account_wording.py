"""Words about accounts and signing in."""

from typing import Final

from sim.services.accounts.drill_access import Access
from sim.services.accounts.viewer import Duty

SIGN_IN: Final = "Sign in"
SIGN_OUT: Final = "Sign out"
OWN_SECRET: Final = "PIN or passphrase"
SET_UP: Final = "Set up sign-in"
SET_UP_NOTE: Final = (
    "Before others use Sightline on their own computers. You choose a passphrase; from then on teams and results are "
    "open only to people who sign in. You can do this later."
)
SIGNED_IN: Final = "Signed in as {name}"
SETTINGS: Final = "Settings"
TEAM_CHOICE: Final = "Team"
ALL_TEAMS: Final = "All schools"
TEAM_AT: Final = "{team} ({school})"
CLOSED_NOBODY: Final = "Sign in to open this page."
CLOSED_SOMEBODY: Final = "This page is not open to you, {name}."
CLOSED_WHY: Final = "It is for people with another role here. Ask your administrator if you need it."
CLOSED_OPEN: Final = (
    "Nobody has set up Sightline on this server yet. Until then it can be used for a team only at the machine it runs "
    "on. From here you can try a drill, or join a session with a code."
)
ONLY_THIS_MACHINE: Final = (
    "Sightline can be used only on the computer it runs on until sign-in is set up there. Ask the person who runs it "
    "to choose Set up sign-in on that computer."
)
OPEN_TO_NETWORK: Final = (
    "Sign-in is not set up, and this server is open to the network: anyone on it can open drills, and results prove "
    "nothing about who did them."
)
WRONG_ACCOUNT: Final = "This drill belongs to someone else. Sign in with the account it was given to."
RESULT_CLOSED: Final = "The result of this drill is open only to the person who did it, and their trainer."
PIN_OF: Final = "PIN or passphrase of {name}"
SCHOOL_FIRST: Final = (
    "{name} signs in with the school's account first. Then open this page again, or scan the code again."
)
OWN_ONLY: Final = "You are signed in as {name}. Not you?"
OTHER_ONLY: Final = (
    "You are signed in as {name}, who is not on this list. To take a name here, sign out first. To enter that others "
    "came, use your own page."
)
SIGN_OUT_NAMES: Final = "Sign out and choose another name"
SAME_DEVICE: Final = (
    "This device already signed in {others}. Sign in {name} from the same device? The record will say so."
)
SAME_DEVICE_GO: Final = "Yes, sign in {name} too"
REFUSED: Final = {
    Access.OF_ANOTHER: WRONG_ACCOUNT,
    Access.RESULT_CLOSED: RESULT_CLOSED,
    Access.SIGN_IN: "This drill belongs to someone with an account. Sign in to open it.",
    Access.LINK_ENDED: (
        "This link does not open the drill anymore. Ask your trainer for a new one, or join your session again with "
        "its code."
    ),
}
TITLE: Final = "Accounts"
LEAD: Final = "Who may sign in here, and what for."
NOBODY_YET: Final = (
    "Nobody signs in here yet: anyone at this computer may do everything, and nobody else sees teams or results. "
    "Set up sign-in first. You can then open accounts for others here."
)
ROLES: Final = {
    "trainee": "Trainee: does drills, sees own results",
    "trainer": "Trainer: teams, sessions and their results",
    "records": "Records owner: keeps the training record",
    "principal": "Principal: sees teams, results and records, changes nothing",
    "admin": "Administrator: accounts and the server",
}
SHORT_ROLES: Final = {
    "trainee": "Trainee",
    "trainer": "Trainer",
    "records": "Records owner",
    "principal": "Principal",
    "admin": "Administrator",
}
MIX: Final = "{roles}: {does}. Can see {sees}."
MIX_CHANGES: Final = "can change {what}"
MIX_LOOKS: Final = "changes nothing"
MIX_NONE: Final = "Choose what the account is for. It can have several roles: it can then do what each of them can."
CHANGES: Final = {
    Duty.TRAIN: "teams, drills, sessions and programs",
    Duty.MAKE_DRILLS: "recordings and their drills",
    Duty.KEEP_RECORD: "the training record",
    Duty.SET_PINS: "PINs of trainees",
    Duty.IMPORT_ROSTER: "the roster (with all schools only)",
    Duty.MANAGE_ACCOUNTS: "accounts",
    Duty.OPERATE: "the server's settings",
}
SEES: Final = {
    Duty.SEE_OWN: "their own results",
    Duty.SEE_TEAMS: "teams and results",
    Duty.READ_RECORD: "the training record",
}
SCHOOLS: Final = "For which schools"
SCHOOLS_ALL: Final = "All schools"
SCHOOLS_NOTE: Final = (
    "Leave it empty for all schools. With schools chosen, teams, results and records of other schools are not open. An "
    "administrator is for all schools."
)
SAVE_SCHOOLS: Final = "Save the schools"
ADD: Final = "Add an account"
ADD_NOTE: Final = "Trainees get their account when a trainer gives them a PIN under Team, People."
NAME: Final = "Name to sign in with"
PASSPHRASE: Final = "Passphrase"
PASSPHRASE_HINT: Final = "12 characters or more, for example four words that do not belong together"
MAY: Final = "What for"
ADDED: Final = "{name} can sign in now."
FIND: Final = "Find a name"
COLUMNS: Final = ("Name", "Roles", "Schools", "Team", "Last seen", "State")
CHOOSE: Final = "Change an account"
CARD: Final = "{name} · {team}"
NEVER: Final = "never"
STATE_OPEN: Final = "open"
STATE_DISABLED: Final = "disabled"
STATE_LOCKED: Final = "locked for {wait}"
STATE_NO_SECRET: Final = "has no passphrase yet"
STATE_ELSEWHERE: Final = "signs in elsewhere"
BROWSERS: Final = "signed in with {count} browsers"
NO_BROWSER: Final = "not signed in"
ONE_BROWSER: Final = "signed in with one browser"
NEW_SECRET: Final = "New PIN or passphrase"
NEW_SECRET_GO: Final = "Set it"
NEW_SECRET_DONE: Final = "Set. They are signed out everywhere and can sign in with the new one."
SAVE_ROLES: Final = "Save"
SAVED: Final = "Saved."
END_ALL: Final = "Sign out everywhere"
ENDED_ONE: Final = "Signed out of one browser."
ENDED: Final = "Signed out of {count} browsers."
UNLOCK: Final = "Unlock"
UNLOCKED: Final = "Unlocked."
DISABLE: Final = "Disable"
DISABLED: Final = "Disabled, and signed out."
ENABLE: Final = "Open again"
ENABLED: Final = "Opened again."

PINS: Final = "Names and PINs to sign in with"
PINS_NOTE: Final = "With a name and a PIN people see their own results later. Nobody needs one to join a session."
PIN_WHO: Final = "Who"
PIN_GIVE: Final = "Give a new PIN"
PIN_SHOWN: Final = "{name} signs in with the name **{sign_in}** and the PIN **{pin}**. It is shown this once."
PINS_ALL: Final = "Give everybody without one a PIN"
PINS_SHOWN: Final = "These PINs are shown this once. Print the page, or write them down now."
PINS_COLUMNS: Final = ("Name to sign in with", "PIN")
TEAM_LINK: Final = "Address for this team: people pick their name there. It works for 30 days."

MINE: Final = "My results"
MINE_LEAD: Final = "What you have done, and what waits for you. Only you and your trainer see this."
MINE_OPEN: Final = "Waiting for you"
MINE_START: Final = "Go to the drill: {title}"
MINE_DONE: Final = "Done"
MINE_NONE: Final = "Nothing yet. Drills that your trainer gives you appear here."
MINE_NOBODY: Final = (
    "You are on no team's list, so no drill is given to you. Drills for your people are given under Team and Drills."
)
MINE_PRACTICE: Final = "Practice on your own: choose a drill"
MINE_BACK: Final = "Back to My results"

FIRST_PIN: Final = "See your results later: choose a PIN"
FIRST_PIN_NOTE: Final = "6 digits or more. Sign in later with the name {name} and this PIN."
FIRST_PIN_FIELD: Final = "PIN"
FIRST_PIN_GO: Final = "Keep it"
FIRST_PIN_DONE: Final = "Kept. Sign in with the name **{name}** and your PIN."
STEP_OFF: Final = "Turn off the second step"
STEP_OFF_NOTE: Final = "For someone who has lost both the phone and the recovery codes. Make sure it is them."
STEP_OFF_DONE: Final = "The second step is off. They can turn it on again with another phone."
PIN_SLIPS: Final = "Download slips to print (PDF)"
