"""The columns of accounts: who may sign in, who is, and who tried."""

from datetime import datetime

from sqlalchemy import Column, Double, ForeignKey, Integer, Named, String, Text, TypedColumns

from sim.db.columns.utc import UtcDateTime


class AccountColumns(TypedColumns):
    """One account. `sign_in_key` is the sign-in name as it is compared; `roles` has blanks between, `schools` lines.

    `secret_source` says who chose the PIN or passphrase, "" where that is not known.
    """

    account_id = Column(String(32), primary_key=True)
    sign_in_name = Column(String(120), nullable=False)
    sign_in_key = Column(String(240), nullable=False, unique=True)
    display_name = Column(String(120), nullable=False)
    secret_hash: Named[str | None] = Column(String(200))
    secret_source = Column(String(16), nullable=False, server_default="")
    roles = Column(String(80), nullable=False)
    schools: Named[str | None] = Column(Text)
    person_id: Named[str | None] = Column(String(32), ForeignKey("person.person_id", ondelete="CASCADE"), unique=True)
    created_at = Column(UtcDateTime, nullable=False)
    disabled_at: Named[datetime | None] = Column(UtcDateTime)


class AccountIdentityColumns(TypedColumns):
    """Who an account is elsewhere: at a sign-in service, or in the school's roster."""

    external_id = Column(String(255), primary_key=True)
    account_id = Column(String(32), ForeignKey("account.account_id", ondelete="CASCADE"), nullable=False, index=True)


class AccountSessionColumns(TypedColumns):
    """One time of being signed in. Only a hash of the cookie's secret is kept."""

    secret_sha256 = Column(String(64), primary_key=True)
    account_id = Column(String(32), ForeignKey("account.account_id", ondelete="CASCADE"), nullable=False, index=True)
    how = Column(String(40), nullable=False)
    created_at = Column(UtcDateTime, nullable=False)
    used_at = Column(UtcDateTime, nullable=False)
    expires_at = Column(UtcDateTime, nullable=False)
    ended_at: Named[datetime | None] = Column(UtcDateTime)


class SignInFailureColumns(TypedColumns):
    """How often signing in failed lately for one name, kept as a hash, or one address; by both clocks of the server."""

    subject = Column(String(80), primary_key=True)
    count = Column(Integer, nullable=False)
    at = Column(UtcDateTime, nullable=False)
    steady_s = Column(Double, nullable=False)
    epoch = Column(String(32), nullable=False)


class AccountTotpColumns(TypedColumns):
    """The second step of signing in of an account; its key is worked out from `nonce` and the server's own.

    `confirmed_at` is none until a first code was typed; `last_step` is the latest one used, so that none is used twice;
    `recovery` has the hashes of recovery codes not used yet, blanks between.
    """

    account_id = Column(String(32), ForeignKey("account.account_id", ondelete="CASCADE"), primary_key=True)
    nonce = Column(String(64), nullable=False)
    confirmed_at: Named[datetime | None] = Column(UtcDateTime)
    last_step = Column(Integer, nullable=False, server_default="0")
    recovery = Column(Text, nullable=False, server_default="")
