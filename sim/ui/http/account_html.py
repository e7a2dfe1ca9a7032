"""The pages of signing in: plain HTML without scripts, so that any browser and password manager can use them."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Final

from sim.ui.page import theme, wording

_SHEET: Final = """
:root { color-scheme: light dark; }
body { margin: 0; background: var(--sl-page); color: var(--sl-ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 24rem; margin: 0 auto; padding: 3rem 1.25rem; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
form + p { margin-top: 1.2rem; }
p.quiet { color: var(--sl-muted); font-size: .95rem; }
label { display: block; font-weight: 600; margin: 1rem 0 .3rem; }
input, select { box-sizing: border-box; width: 100%; min-height: 44px; padding: .4rem .7rem; font: inherit;
  color: inherit; background: var(--sl-surface); border: 1px solid var(--sl-wall); border-radius: 8px; }
button { width: 100%; min-height: 44px; margin-top: 1.4rem; font: inherit; font-weight: 600; color: var(--sl-surface);
  background: var(--sl-accent); border: 0; border-radius: 8px; cursor: pointer; }
input:focus-visible, select:focus-visible, button:focus-visible, a:focus-visible {
  outline: 3px solid var(--sl-accent); outline-offset: 2px; }
a { color: var(--sl-accent); display: inline-block; min-height: 44px; line-height: 44px; }
a.school, a.go { display: block; text-align: center; text-decoration: none; font-weight: 600; color: var(--sl-surface);
  background: var(--sl-accent); border-radius: 8px; margin: 1rem 0; }
.problem, .done { border-left: 4px solid var(--sl-attention); background: var(--sl-surface); padding: .6rem .9rem;
  margin: 1rem 0; }
.scan { background: #fff; width: max-content; max-width: 100%; padding: .5rem; border-radius: 8px; margin: 0 0 1rem; }
.scan svg { display: block; max-width: 100%; height: auto; }
.done { border-left-color: var(--sl-good); }
"""
_CSS: Final = theme.write_variables() + _SHEET
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()
STYLE_POLICY: Final = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src 'self'"
HTML_POLICY: Final = f"{STYLE_POLICY}; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": HTML_POLICY,
    "Cache-Control": "no-store",
}

SIGN_IN: Final = "Sign in"
SIGN_IN_NOTE: Final = "With the name and the PIN or passphrase that you were given."
NAME: Final = "Your name"
NO_NAMES: Final = "Nobody of this team has a PIN yet. Your trainer gives them out."
NOT_SET_UP: Final = "Nobody has set up Sightline here yet, so there is nothing to sign in to."
SET_UP_NOTE: Final = (
    "From then on names and results are open only to people who sign in. You can open accounts for others later."
)
PASSPHRASE_NOTE: Final = "12 characters or more, for example four words that do not belong together."
AGAIN: Final = "Type it again"
SET_UP_LOST: Final = "Keep it safe: without it, only the person who runs this computer can let you in again."
SIGN_OUT: Final = "Sign out"
SIGN_OUT_NOTE: Final = "You are signed in as {name}."
CODE: Final = "Code from your app"
CODE_NOTE: Final = "Six digits that change every half minute, or one of your recovery codes."
STEP: Final = "Second step of signing in"
STEP_WHAT: Final = (
    "Besides your passphrase you then type a code that an app on your phone shows, such as Google Authenticator, "
    "Microsoft Authenticator or 1Password. Anyone who learns your passphrase alone cannot sign in."
)
STEP_SCAN: Final = "Scan this with the app, or type these letters into it:"
STEP_ON: Final = "It is on. To turn it off, for example to use another phone, type a code once more."
STEP_GONE: Final = "It is off. You sign in with your passphrase alone."
RECOVERY_NOTE: Final = (
    "The second step is on. Print or write these down now; they are not shown again. Each one works once in place of a "
    "code, when the phone is lost. With neither, only an administrator can let you in again."
)
OWN_DONE: Final = "Changed. Every other browser that you were signed in with is signed out."


def write_sign_in(
    *,
    to: str,
    name: str = "",
    names: Sequence[str] | None = None,
    team: str = "",
    problem: str = "",
    school: str = "",
    proxy: str = "",
) -> str:
    """Return the sign-in page; with `names` one is picked instead of typed."""
    if names is not None and not names:
        return _write(SIGN_IN, f'<p>{escape(NO_NAMES)}</p><p><a href="sign-in">{escape(SIGN_IN)}</a></p>', problem)
    hidden = f'<input type="hidden" name="next" value="{escape(to, quote=True)}">'
    if names is None:
        who = _field("name", NAME, kind="text", value=name, fill="username", focus=not name)
    else:
        options = "".join(
            f'<option value="{escape(each, quote=True)}"{" selected" if each == name else ""}>{escape(each)}</option>'
            for each in names
        )
        who = f'<label for="name">{escape(NAME)}</label><select id="name" name="name" required>{options}</select>'
        hidden += f'<input type="hidden" name="team" value="{escape(team, quote=True)}">'
    secret = _field("secret", "PIN or passphrase", kind="password", fill="current-password", focus=bool(name))
    offered = "".join(
        f'<p><a class="school" href="{place}">{escape(label)}</a></p>'
        for place, label in (("school", school), ("proxy", proxy))
        if label
    )
    before = f'{offered}<p class="quiet">{escape(SIGN_IN_NOTE)}</p>'
    return _write(SIGN_IN, before, problem, _form(hidden + who + secret, SIGN_IN))


def write_not_set_up() -> str:
    return _write(SIGN_IN, f"<p>{escape(NOT_SET_UP)}</p>")


def write_set_up(*, name: str = "", problem: str = "") -> str:
    fields = (
        _field("name", "Your name", kind="text", value=name, fill="username", focus=not name)
        + _field("secret", "Passphrase", kind="password", fill="new-password", note=PASSPHRASE_NOTE, focus=bool(name))
        + _field("again", AGAIN, kind="password", fill="new-password")
    )
    lost = f'<p class="quiet">{escape(SET_UP_LOST)}</p>'
    return _write("Set up sign-in", f"<p>{escape(SET_UP_NOTE)}</p>", problem, _form(fields, "Set up") + lost)


def write_sign_out(name: str, *, to: str = "") -> str:
    hidden = f'<input type="hidden" name="next" value="{escape(to, quote=True)}">'
    return _write(SIGN_OUT, f"<p>{escape(SIGN_OUT_NOTE.format(name=name))}</p>", "", _form(hidden, SIGN_OUT))


def write_own_secret(name: str, *, offers_step: bool, problem: str = "", done: bool = False) -> str:
    """Return the page on which somebody changes their own PIN or passphrase, and the way to a second step."""
    said = f'<p class="done" role="status">{escape(OWN_DONE)}</p>' if done else ""
    fields = (
        f'<input type="hidden" name="name" autocomplete="username" value="{escape(name, quote=True)}">'
        + _field("was", "PIN or passphrase until now", kind="password", fill="current-password", focus=not done)
        + _field("secret", "The new one", kind="password", fill="new-password")
        + _field("again", AGAIN, kind="password", fill="new-password")
    )
    signed = f"{_signed_in(name)}{said}"
    further = f'<p><a href="second-step">{escape(STEP)}</a></p>' if offers_step else ""
    return _write(
        "Change your PIN or passphrase", signed, problem, ("" if done else _form(fields, "Change it")) + further
    )


def write_code(*, ticket: str, to: str, problem: str = "") -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value, quote=True)}">'
        for name, value in (("ticket", ticket), ("next", to))
    )
    field = _field("code", CODE, kind="text", fill="one-time-code", note=CODE_NOTE, focus=True)
    return _write(SIGN_IN, "", problem, _form(hidden + field, SIGN_IN, to="code"))


def write_step_off(name: str, *, svg: str, letters: str, problem: str = "") -> str:
    shown = (
        f"<p>{escape(STEP_WHAT)}</p><p>{escape(STEP_SCAN)}</p>"
        f'<div class="scan" role="img" aria-label="QR code">{svg}</div>'
        f"<p><strong>{escape(letters)}</strong></p>"
    )
    field = _field("code", CODE, kind="text", fill="one-time-code")
    return _write(STEP, _signed_in(name) + shown, problem, _form(field, "Turn it on"))


def write_step_on(name: str, *, problem: str = "") -> str:
    field = _field("code", CODE, kind="text", fill="one-time-code", note=CODE_NOTE, focus=True)
    return _write(STEP, f"{_signed_in(name)}<p>{escape(STEP_ON)}</p>", problem, _form(field, "Turn it off"))


def write_step_gone(name: str) -> str:
    return _write(STEP, f'{_signed_in(name)}<p class="done" role="status">{escape(STEP_GONE)}</p>')


def write_recovery(name: str, codes: Sequence[str]) -> str:
    listed = "".join(f"<li><code>{escape(code)}</code></li>" for code in codes)
    return _write("Your recovery codes", f"{_signed_in(name)}<p>{escape(RECOVERY_NOTE)}</p><ol>{listed}</ol>")


def _signed_in(name: str) -> str:
    return f'<p class="quiet">{escape(SIGN_OUT_NOTE.format(name=name))}</p>'


def write_form_page(title: str, before: str, *, go: str = "") -> str:
    return _write(title, before, "", _form("", go) if go else "")


def write_refused(problem: str, *, title: str = SIGN_IN) -> str:
    return _write(title, "", problem)


def write_framed_page(title: str, body: str, problem: str = "") -> str:
    """Return a page for a frame of another site: without the way to Home, which opens in no such frame."""
    return _write(title, "", problem, body, has_home=False)


def _form(fields: str, go: str, *, to: str = "") -> str:
    action = f' action="{to}"' if to else ""
    return f'<form method="post"{action}>{fields}<button type="submit">{escape(go)}</button></form>'


def _field(name: str, label: str, *, kind: str, fill: str, value: str = "", note: str = "", focus: bool = False) -> str:
    said = f'<p class="quiet" id="{name}-note">{escape(note)}</p>' if note else ""
    described = f' aria-describedby="{name}-note"' if note else ""
    return (
        f'<label for="{name}">{escape(label)}</label>{said}<input id="{name}" name="{name}" type="{kind}" required '
        f'maxlength="200" autocomplete="{fill}" autocapitalize="none" spellcheck="false"{described}'
        f'{" autofocus" if focus else ""} value="{escape(value, quote=True)}">'
    )


def _write(title: str, before: str, problem: str = "", after: str = "", *, has_home: bool = True) -> str:
    said = f'<p class="problem" role="alert">{escape(problem[0].upper() + problem[1:])}</p>' if problem else ""
    home = f'<p><a href="../">{escape(wording.HOME)}</a></p>' if has_home else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} - {wording.APP}</title><style>{_CSS}</style></head><body><main>"
        f"<h1>{escape(title)}</h1>{before}{said}{after}{home}"
        "</main></body></html>"
    )
