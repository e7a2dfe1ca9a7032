"""Words about accounts and signing in."""

from typing import Final

from sim.rules.drill_access import Access
from sim.rules.viewer import Duty

SIGN_IN: Final = "Sign in"
SIGN_OUT: Final = "Sign out"
SET_UP: Final = "Set up sign-in"
TEAM_CHOICE: Final = "Team"
CLOSED_NOBODY: Final = "Sign in to open this page."
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
SIGN_OUT_NAMES: Final = "Sign out and choose another name"
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
NOBODY_YET: Final = (
    "Nobody signs in here yet: anyone at this computer may do everything, and nobody else sees teams or results. "
    "Set up sign-in first. You can then open accounts for others here."
)
ROLES: Final = {
    "trainee": "Trainee: does drills, sees own results",
    "trainer": "Trainer: teams, sessions and their results",
    "records": "Records owner: keeps the training record",
    "principal": "Principal: sees teams, results and records, approves trainings, changes nothing else",
    "admin": "Administrator: accounts and the server",
}
SHORT_ROLES: Final = {
    "trainee": "Trainee",
    "trainer": "Trainer",
    "records": "Records owner",
    "principal": "Principal",
    "admin": "Administrator",
}
CHANGES: Final = {
    Duty.TRAIN: "teams, drills, sessions and programs",
    Duty.MAKE_DRILLS: "recordings and their drills",
    Duty.KEEP_RECORD: "the training record",
    Duty.SET_PINS: "PINs of trainees",
    Duty.IMPORT_ROSTER: "the roster (with all schools only)",
    Duty.MANAGE_ACCOUNTS: "accounts",
    Duty.OPERATE: "the server's settings",
    Duty.STATE_REQUIREMENTS: "what is required (with all schools only)",
}
SEES: Final = {
    Duty.SEE_OWN: "their own results",
    Duty.SEE_TEAMS: "teams and results",
    Duty.READ_RECORD: "the training record",
}
SCHOOLS_ALL: Final = "All schools"
ADD: Final = "Add an account"
PASSPHRASE_HINT: Final = "12 characters or more, for example four words that do not belong together"
COLUMNS: Final = ("Name", "Roles", "Schools", "Team", "Last seen", "State")
SAVED: Final = "Saved."
ENDED_ONE: Final = "Signed out of one browser."

PINS: Final = "Names and PINs to sign in with"
PINS_NOTE: Final = "With a name and a PIN people see their own results later. Nobody needs one to join a session."
PIN_SHOWN: Final = "{name} signs in with the name **{sign_in}** and the PIN **{pin}**. It is shown this once."
PINS_SHOWN: Final = "These PINs are shown this once. Print the page, or write them down now."
PINS_COLUMNS: Final = ("Name to sign in with", "PIN")
TEAM_LINK: Final = "Address for this team: people pick their name there. It works for 30 days."

MINE: Final = "My results"
MINE_LEAD: Final = "What you have done, and what waits for you. Only you and your trainer see this."
MINE_NOBODY: Final = (
    "You are on no team's list, so no drill is given to you. Drills for your people are given under Team and Drills."
)
MINE_BACK: Final = "Back to My results"
