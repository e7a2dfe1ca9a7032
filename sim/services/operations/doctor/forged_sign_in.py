"""Whether the proxy in front lets somebody in who says themselves who they are."""

import secrets
import ssl
import urllib.error
import urllib.request
from typing import Final

from sim.errors import StoreError
from sim.services.accounts.proxy_sign_in import BELIEVED_HEADER, PROXY_PATH, read_proxy_settings
from sim.services.app.wiring import ADDRESS_VARIABLE, Settings
from sim.services.operations.doctor.finding import Finding, ok, warn, wrong

NAME: Final = "sign-in by proxy"
ANSWER_WITHIN_S: Final = 10.0


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follow nothing: a way to the school's sign-in is an answer, and a good one."""


def check_forged_sign_in(settings: Settings, *, trust: ssl.SSLContext | None = None) -> list[Finding]:
    """Ask for the address that the proxy guards with a user's header of our own, as any browser could send it.

    The user exists nowhere and is in no group, so that nobody gets an account by this. Says nothing where signing in by
    a proxy is not set up. `trust` is for a certificate that this machine does not know.
    """
    try:
        sign_in = read_proxy_settings(settings.data)
    except StoreError:
        return []  # told as a setting, and no server starts with it
    if sign_in is None:
        return []
    if not settings.address:
        text = f"{ADDRESS_VARIABLE} is not set, so nobody can see whether the proxy lets in who says who they are"
        return [warn(NAME, text, todo=f"set {ADDRESS_VARIABLE} to the address that browsers open")]
    return [_ask(settings.address, sign_in.user, trust)]


def _ask(address: str, user_header: str, trust: ssl.SSLContext | None) -> Finding:
    guarded = address + PROXY_PATH
    asked = urllib.request.Request(guarded, headers={user_header: f"doctor-{secrets.token_hex(16)}"})
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=trust))
    try:
        with opener.open(asked, timeout=ANSWER_WITHIN_S) as answer:
            status, is_believed = int(answer.status), answer.headers.get(BELIEVED_HEADER) is not None
    except urllib.error.HTTPError as error:
        status, is_believed = int(error.code), error.headers.get(BELIEVED_HEADER) is not None
        error.close()
    except (OSError, ValueError) as error:
        text = f"{address} does not answer: {getattr(error, 'reason', error)}"
        return warn(NAME, text, todo="start the server and its proxy, then look again")
    if is_believed:
        text = f"{guarded} let in a request that said itself who it is: anyone can become anyone, administrators too"
        todo = "take the location of docs/sign-in.md, which lets none of these headers through, or close the path"
        return wrong(NAME, text, todo=todo)
    if status >= 500:
        text = f"{guarded} answered {status}, so nobody can see whether it lets in who says who they are"
        return warn(NAME, text, todo="let the proxy and the service that it asks run, then look again")
    return ok(NAME, f"a forged one is refused ({status})")
