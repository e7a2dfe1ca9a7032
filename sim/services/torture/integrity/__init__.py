"""Attacks on results: each tries, against the real server, to get a result without the work, or to spoil others'.

One file an attack, each with a `make_attack()` or a constant `ATTACK`, and one line below. `python -m sim torture
integrity` tries them all; each can be named alone, too.
"""

from sim.services.torture.integrity import (
    after_the_end,
    before_the_start,
    outfits_from_practice,
    practice_on_measured,
)
from sim.services.torture.trial import Trial

ATTACKS: tuple[Trial, ...] = (
    after_the_end.ATTACK,
    before_the_start.ATTACK,
    outfits_from_practice.ATTACK,
    practice_on_measured.ATTACK,
)
"""In the order of the table "Attacks on results" of docs/security.md."""
