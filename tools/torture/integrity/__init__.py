"""Attacks on results: each tries, against the real server, to get a result without the work, or to spoil others'.

One file an attack or a few of a kind, each a `Trial` of the part "integrity", and one line below. `python -m sim
torture integrity` tries them all; each can be named alone, too.
"""

from tools.torture.integrity import (
    after_the_end,
    before_the_start,
    fill,
    forged_acknowledgement,
    lock_out,
    outfits_from_practice,
    own_routes,
    practice_on_measured,
    same_person,
    set_back,
)
from tools.torture.rig.trial import Trial

ATTACKS: tuple[Trial, ...] = (
    set_back.LATE_SUBMIT,
    set_back.SET_BACK,
    after_the_end.ATTACK,
    same_person.ATTACK,
    fill.ATTACK,
    forged_acknowledgement.ATTACK,
    lock_out.ATTACK,
    own_routes.ATTACK,
    before_the_start.ATTACK,
    outfits_from_practice.ATTACK,
    practice_on_measured.ATTACK,
)
"""In the order of the table "Attacks on results" of docs/security.md."""
