"""Words about learning systems."""

from typing import Final

TITLE: Final = "Learning systems"
LEAD: Final = (
    "Canvas, Moodle, Schoology and others (LTI 1.3): people open a drill from a course, and the course is told."
)
NOBODY_YET: Final = "Set up sign-in first. People who come from a learning system are signed in here."
NONE_YET: Final = "No learning system is connected yet."
NO_ADDRESS: Final = (
    "This page was opened without https. Learning systems need an https address: open this page by it, then copy these."
)
OURS: Final = "What the learning system asks for"
OURS_NOTE: Final = "Copy these into the learning system, or use a registration link if it can register automatically."
ADDRESSES: Final = (
    ("Sign-in address (OpenID Connect initiation)", "/lti/login"),
    ("Redirect address and target link", "/lti/launch"),
    ("Choosing a drill (deep linking)", "/lti/select"),
    ("Public keys (JWKS)", "/lti/keys"),
    ("Canvas settings (JSON)", "/lti/config.json"),
)
LINK: Final = "Make a registration link"
LINK_HELP: Final = "For learning systems with dynamic registration. It works once, within one hour."
LINK_NOTE: Final = "Paste this into the learning system within an hour:"
ADD: Final = "Connect a learning system"
CHANGE: Final = "Change a learning system"
NAME: Final = "Name"
ISSUER: Final = "Issuer"
CLIENT: Final = "Client ID"
DEPLOYMENTS: Final = "Deployment IDs, one per line"
AUTH: Final = "Sign-in address (authentication request)"
TOKEN: Final = "Token address"
KEYS: Final = "Address of its public keys (JWKS)"
AUDIENCE: Final = "Token audience"
AUDIENCE_HELP: Final = "Only where the learning system names one that is not its token address."
TRUSTS: Final = "People are known by the email address and ID that it tells"
TRUSTS_HELP: Final = "Only if nobody can change their own address there. It counts the first time a person comes in."
TAKES_IN: Final = "Anyone on no list here joins the team of the course"
SCHOOL: Final = "School of these teams"
SAVE: Final = "Save"
SAVED: Final = "Saved."
REMOVE: Final = "Disconnect"
REMOVE_HELP: Final = "Nobody comes in from it anymore. People and their drills stay."
REMOVED: Final = "{name} is disconnected."
CHOOSE: Final = "Learning system"
COLUMNS: Final = ("Name", "Issuer", "Results told", "Waiting", "Refused", "Last trouble")
RESULTS_NOTE: Final = (
    "Practice is told as passed or not passed, and the best counts. A measured drill is told as done, without a "
    "result. What a learning system does not take is tried again for a month."
)
FAILED: Final = "{failure} ({day})"
COURSE: Final = "Or bring in the people of a course"
COURSE_NOTE: Final = "Choose a course that someone has opened a drill from"
"""On the page Import people."""
