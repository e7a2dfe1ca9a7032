"""Another PIN or passphrase for an account."""

from dataclasses import replace

from sim.db.accounts import AccountRow
from sim.errors import AccessError
from sim.services.accounts import lockout
from sim.services.accounts.link_ending import end_links
from sim.services.accounts.noting import AccountChange, note_account
from sim.services.accounts.passwords import check_secret, hash_secret
from sim.services.accounts.sessions import GIVEN, hash_cookie
from sim.services.accounts.sign_in import Origin, check_identity
from sim.services.accounts.viewer import Role, Viewer
from sim.services.app.wiring import App


def change_own(app: App, viewer: Viewer, *, was: str, becomes: str, origin: Origin, cookie: str) -> None:
    """Change one's own PIN or passphrase; every other browser is signed out."""
    if viewer.account_id is None:
        raise AccessError("nobody is signed in here", todo="sign in first")
    with app.store.read() as work:
        name = work.accounts.get(viewer.account_id).sign_in_name
    row = check_identity(app, name=name, secret=was, origin=origin)
    replace_secret(app, row, becomes, but=hash_cookie(cookie))


def replace_secret(app: App, row: AccountRow, secret: str, *, but: str = "", by: Viewer | None = None) -> None:
    """Give an account another secret, unlock it, end its sessions, but the one of a secret's hash, and its links.

    `by` is somebody else who gives it; the training record names them. None where it is the account's own doing.
    """
    names = (row.sign_in_name, row.display_name)
    hashed = hash_secret(check_secret(secret, {Role(name) for name in row.roles}, names=names))
    with app.store.write() as work:
        kept = work.accounts.get(row.account_id)
        source = kept.secret_source if by is None else GIVEN
        work.accounts.save(replace(kept, secret_hash=hashed, secret_source=source))
        if row.person_id is not None:
            end_links(work, row.person_id, at=app.clock.read().wall)
        work.accounts.end_sessions(row.account_id, at=app.clock.read().wall, but=but)
        if by is not None and by.account_id != row.account_id:
            note_account(work, row, AccountChange.SECRET, at=app.clock.read().wall, by=by.name)
        lockout.forget_name(work, row.sign_in_key)
