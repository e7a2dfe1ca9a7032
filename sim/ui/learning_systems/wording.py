"""Words about learning systems."""

from typing import Final

TITLE: Final = "Learning systems"
ADDRESSES: Final = (
    ("Sign-in address (OpenID Connect initiation)", "/lti/login"),
    ("Redirect address and target link", "/lti/launch"),
    ("Choosing a drill (deep linking)", "/lti/select"),
    ("Public keys (JWKS)", "/lti/keys"),
    ("Canvas settings (JSON)", "/lti/config.json"),
)
COLUMNS: Final = ("Name", "Issuer", "Results told", "Waiting", "Refused", "Last trouble")
COURSE_NOTE: Final = "Choose a course that someone has opened a drill from"
"""On the page Import people."""
