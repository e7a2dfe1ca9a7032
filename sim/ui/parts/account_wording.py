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
SHORT_ROLES: Final = {
    "trainee": "Trainee",
    "trainer": "Trainer",
    "records": "Records owner",
    "principal": "Principal",
    "admin": "Administrator",
}
SEES: Final = {
    Duty.SEE_OWN: "their own results",
    Duty.SEE_TEAMS: "teams and results",
    Duty.READ_RECORD: "the training record",
}
SCHOOLS_ALL: Final = "All schools"
ADD: Final = "Add an account"
PASSPHRASE_HINT: Final = "12 characters or more, for example four words that do not belong together"
SAVED: Final = "Saved."
ENDED_ONE: Final = "Signed out of one browser."

PINS: Final = "Names and PINs to sign in with"

MINE_LEAD: Final = "What you have done, and what waits for you. Only you and your trainer see this."
MINE_NOBODY: Final = (
    "You are on no team's list, so no drill is given to you. Drills for your people are given under Team and Drills."
)
MINE_BACK: Final = "Back to My results"
