"""What an account is for: the choice of roles, and in words what the roles chosen can do together."""

from collections.abc import Collection, Iterable

import streamlit as st

from sim.services.accounts.viewer import DUTIES, LOOKING, Duty, Role
from sim.ui.parts import account_wording as wording
from sim.ui.parts.blocks import draw_quiet


def choose_roles(chosen: Collection[Role], *, key: str) -> frozenset[Role]:
    """Draw the choice and what it means; `chosen` are those of now."""
    roles = st.pills(
        wording.MAY,
        list(Role),
        selection_mode="multi",
        default=sorted(chosen),
        format_func=lambda role: wording.ROLES[role.value],
        wrap=True,
        key=key,
    )
    draw_quiet(write_mix(roles))
    return frozenset(roles)


def write_mix(roles: Iterable[Role]) -> str:
    """Return what some roles can do together, those that only look first: "Principal with Trainer: can change ..."."""
    mixed = sorted(frozenset(roles), key=lambda role: (bool(DUTIES[role] - LOOKING), list(Role).index(role)))
    if not mixed:
        return wording.MIX_NONE
    duties = frozenset[Duty]().union(*(DUTIES[role] for role in mixed))
    changes = [wording.CHANGES[duty] for duty in Duty if duty in duties - LOOKING]
    sees = [wording.SEES[duty] for duty in Duty if duty in duties & LOOKING]
    names = " with ".join(wording.SHORT_ROLES[role.value] for role in mixed)
    does = wording.MIX_CHANGES.format(what=", ".join(changes)) if changes else wording.MIX_LOOKS
    return wording.MIX.format(roles=names, does=does, sees=", ".join(sees))
