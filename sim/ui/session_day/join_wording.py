"""Words of the pages that somebody sees who joins a session: short, as they are read standing, on a phone."""

from typing import Final

TITLE: Final = "Join a session"
CODE: Final = "Code of the session"
CODE_HINT: Final = "9 digits, from the trainer's screen"
CODE_GO: Final = "Go on"
CODE_NOTE: Final = "Without a code: scan the QR code on the trainer's screen, or open the link that you were sent."
HOME: Final = "Back to the start"
AT: Final = "{team}, {room}"
PICK: Final = "Who are you?"
JOIN: Final = "Join"
JOIN_AS: Final = "Join as {name}"
NOT_LISTED: Final = "Your name is not here? Tell the trainer, who can add you or free your name."
ALL_JOINED: Final = "Everybody invited has joined."
OVER: Final = "This session has ended. Ask the trainer when you can do the drill."
BACK: Final = "I have joined already, on another device"
BACK_CODE: Final = "Your own code"
BACK_HINT: Final = "8 digits, from the other device"
BACK_GO: Final = "Come back"

WAITING_TITLE: Final = "You're in, {name}"
WAITING: Final = "Stay on this page. It continues automatically when the trainer starts."
ENDED_TITLE: Final = "The session has ended"
ENDED: Final = "There is nothing for you to do here now. The trainer tells you when you can do the drill."
OWN_CODE: Final = "Your own code"
OWN_CODE_NOTE: Final = "With it you come back to your place from another device."
STUCK: Final = "The drill could not be opened. Tell the trainer: {problem}"
TRY_AGAIN: Final = "Try again"
HELD: Final = (
    "Read everything. The trainer starts everybody together. The clock runs from then, and this page continues "
    "automatically."
)
