"""Somebody types wrong passphrases on purpose, to lock the administrator out, or to guess from many places."""

import time

from tools.torture.integrity.school import ADMIN, PHRASE, School, open_school
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.rig import Rig
from tools.torture.rig.trial import Trial

SCHOOL = "192.0.2.1"
ELSEWHERE = 60
GUESSES_EACH = 2
PRETENDED = 10
AT_ONCE, FIRST_WAIT_S = 4, 15.0
"""Of guesses at one name from one address, whatever a header says: three are free and the fourth begins the first wait;
each wait is twice as long as the one before."""
AT_SCHOOL = 70
MOST_LOOKED_AT = 24
"""Of guesses at one name from everywhere within minutes: 20, and a few for the waits that pass meanwhile."""
WAITS = 429


def lock_out(rig: Rig) -> Outcome:
    """Guess at the administrator from sixty addresses, then from the school's own; the administrator signs in."""
    with open_school(rig) as school:
        first = school.sign_in(ADMIN, PHRASE, address=SCHOOL)
        wrong = [] if first.status == 303 else [f"the administrator's first sign-in is answered {first.status}"]
        looked_at = sum(_guess(school, f"203.0.113.{number // GUESSES_EACH}") for number in range(ELSEWHERE * 2))
        if looked_at > MOST_LOOKED_AT:
            wrong.append(f"{looked_at} guesses at one name were looked at")
        for number in range(AT_SCHOOL):
            school.sign_in(ADMIN if number % 2 else f"nobody {number}", "wrong", address=SCHOOL)
        unknown = school.sign_in(ADMIN, PHRASE, address="198.51.100.9")
        if unknown.status != WAITS:
            wrong.append(f"a browser nobody knows is answered {unknown.status} while others guess")
        known = school.sign_in(ADMIN, PHRASE, address=SCHOOL, cookies=first.cookies)
        if known.status != 303:
            wrong.append(f"the administrator is locked out of their own browser: {known.status}")
        here = school.sign_in(ADMIN, PHRASE)
        if here.status != 303:
            wrong.append(f"the administrator is locked out at the machine itself: {here.status}")
    with open_school(rig, proxies="") as school:
        began = time.monotonic()
        pretended = sum(_guess(school, f"203.0.113.{number}") for number in range(PRETENDED))
        most = AT_ONCE + _count_waits(time.monotonic() - began)
    if pretended > most:
        wrong.append(f"{pretended} guesses were looked at that pretend to come through a proxy which nobody named")
    saw = f"{looked_at} of {ELSEWHERE * GUESSES_EACH} guesses looked at; the administrator signs in as always"
    return Outcome(saw=saw, wrong=tuple(wrong))


def _count_waits(seconds: float) -> int:
    """Return how many waits can have passed meanwhile: none in 14 s, one in 20, two in 50."""
    passed, wait_s = 0, FIRST_WAIT_S
    while seconds >= wait_s:
        seconds -= wait_s
        passed, wait_s = passed + 1, 2 * wait_s
    return passed


def _guess(school: School, address: str) -> bool:
    """Guess once; return whether it was looked at, and not told to wait."""
    return school.sign_in(ADMIN, "a wrong passphrase", address=address).status != WAITS


ATTACK = Trial(
    name="lock-out",
    fault="wrong passphrases for the administrator from 60 addresses and from the school's own",
    try_once=lock_out,
    usual_s=40.0,
    part="integrity",
)
