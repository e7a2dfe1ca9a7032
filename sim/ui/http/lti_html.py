"""The pages of launches from a learning system: they may lie in its frame, and show nothing of anybody."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final
from urllib.parse import urlencode

from sim.services.learning_systems.deep_link import Choice, Chosen
from sim.ui.http.account_html import STYLE_POLICY, write_framed_page

OPEN_TITLE: Final = "Your drill"
OPEN_NOTE: Final = "The drill opens in a window of its own. Come back here when you have finished."
OPEN_GO: Final = "Open the drill"
CHOOSE_TITLE: Final = "Choose a drill"
CHOOSE_NOTE: Final = (
    "Practice tells the grade book whether it was passed. A drill that the trainer gives tells only that it was done."
)
CHOOSE_LABEL: Final = "Drill"
CHOOSE_GO: Final = "Add it to the course"
BACK_TITLE: Final = "Back to the course"
BACK_GO: Final = "Continue"
DONE_TITLE: Final = "Learning system"
DONE_NOTE: Final = "{name} is registered. Look at it under Learning systems, then close this window."
REFUSED_TITLE: Final = "The drill did not open"
_SUBMIT: Final = "document.forms[0].submit()"
_CLOSE: Final = "(window.opener||window.parent).postMessage({subject:'org.imsglobal.lti.close'},'*')"


def _name_hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


FRAMED_POLICY: Final = (
    f"{STYLE_POLICY}; script-src {_name_hash(_SUBMIT)} {_name_hash(_CLOSE)}; base-uri 'none'; frame-ancestors *; "
    "form-action 'self'"
)
BACK_POLICY: Final = FRAMED_POLICY.replace("form-action 'self'", "form-action *")


def write_open(path: str, params: dict[str, str]) -> str:
    """Return the page in a frame: a link that begins the launch again in a window of its own."""
    again = escape(f"{path}?{urlencode(params)}", quote=True)
    link = f'<p><a class="go" href="{again}" target="_blank" rel="noopener">{escape(OPEN_GO)}</a></p>'
    return write_framed_page(OPEN_TITLE, f"<p>{escape(OPEN_NOTE)}</p>{link}")


def write_choices(choices: Sequence[Choice], ticket: str) -> str:
    """Return the page on which an instructor chooses a drill, by kind."""
    kinds = dict.fromkeys(each.kind for each in choices)
    groups = "".join(
        f'<optgroup label="{escape(kind, quote=True)}">'
        + "".join(
            f'<option value="{escape(each.drill, quote=True)}">{escape(each.title)}</option>'
            for each in choices
            if each.kind == kind
        )
        + "</optgroup>"
        for kind in kinds
    )
    form = (
        f'<p class="quiet">{escape(CHOOSE_NOTE)}</p><form method="post" action="select">'
        f'<input type="hidden" name="ticket" value="{escape(ticket, quote=True)}">'
        f'<label for="drill">{escape(CHOOSE_LABEL)}</label><select id="drill" name="drill">{groups}</select>'
        f'<button type="submit">{escape(CHOOSE_GO)}</button></form>'
    )
    return write_framed_page(CHOOSE_TITLE, form)


def write_back(chosen: Chosen) -> str:
    """Return the page that posts a choice to the learning system; without scripts its button does."""
    form = (
        f'<form method="post" action="{escape(chosen.return_url, quote=True)}">'
        f'<input type="hidden" name="JWT" value="{escape(chosen.token, quote=True)}">'
        f'<button type="submit">{escape(BACK_GO)}</button></form><script>{_SUBMIT}</script>'
    )
    return write_framed_page(BACK_TITLE, form)


def write_registered(name: str) -> str:
    """Return the page after a learning system has registered itself, which tells its window to close."""
    return write_framed_page(DONE_TITLE, f"<p>{escape(DONE_NOTE.format(name=name))}</p><script>{_CLOSE}</script>")


def write_refused(problem: str) -> str:
    """Return the page that says why nothing opens."""
    return write_framed_page(REFUSED_TITLE, "", problem)
