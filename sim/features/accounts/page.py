"""Accounts: who may sign in, for the administrator."""

from collections.abc import Collection, Iterable

import streamlit as st

from sim.features.accounts import manage
from sim.features.accounts.manage import AccountCard, add_account, list_accounts
from sim.features.accounts.second_step import turn_off
from sim.rules.lockout import write_wait
from sim.rules.school_rights import list_schools
from sim.rules.sessions import is_set_up
from sim.rules.viewer import DUTIES, LOOKING, Duty, Role
from sim.ui.page.page_state import get_app, get_viewer
from sim.ui.parts import account_wording as wording
from sim.ui.parts.access import draw_link, draw_rights, draw_turn_off
from sim.ui.parts.actions import draw_flash, flash, run_action, run_and_redraw
from sim.ui.parts.blocks import choose_shown, draw_lead, draw_quiet, draw_table, escape_markdown, write_day


def write_state(card: AccountCard) -> str:
    if card.is_disabled:
        return "disabled"
    if card.wait_s:
        return f"locked for {write_wait(card.wait_s)}"
    if not card.has_secret:
        return "signs in elsewhere" if card.elsewhere else "has no passphrase yet"
    return "open"


def choose_schools(chosen: Collection[str] | None, *, key: str) -> frozenset[str] | None:
    known = sorted({*list_schools(get_app()), *(chosen or ())}, key=str.casefold)
    picked = st.multiselect(
        "For which schools",
        known,
        default=sorted(chosen or ()),
        placeholder=wording.SCHOOLS_ALL,
        help=(
            "Leave it empty for all schools. With schools chosen, teams, results and records of other schools are not "
            "open. An administrator is for all schools."
        ),
        key=key,
    )
    return frozenset(picked) or None


def choose_roles(chosen: Collection[Role], *, key: str) -> frozenset[Role]:
    roles = st.pills(
        "What for",
        list(Role),
        selection_mode="multi",
        default=sorted(chosen),
        format_func=lambda role: {
            "trainee": "Trainee: does drills, sees own results",
            "trainer": "Trainer: teams, sessions and their results",
            "records": "Records owner: keeps the training record",
            "principal": "Principal: sees teams, results and records, approves trainings, changes nothing else",
            "admin": "Administrator: accounts and the server",
        }[role.value],
        wrap=True,
        key=key,
    )
    draw_quiet(write_mix(roles))
    return frozenset(roles)


def write_mix(roles: Iterable[Role]) -> str:
    """Return what some roles can do together, those that only look first: "Principal with Trainer: can change ..."."""
    mixed = sorted(frozenset(roles), key=lambda role: (bool(DUTIES[role] - LOOKING), list(Role).index(role)))
    if not mixed:
        return "Choose what the account is for. It can have several roles: it can then do what each of them can."
    duties = frozenset[Duty]().union(*(DUTIES[role] for role in mixed))
    changes = [
        {
            Duty.TRAIN: "teams, drills, sessions and programs",
            Duty.MAKE_DRILLS: "recordings and their drills",
            Duty.KEEP_RECORD: "the training record",
            Duty.SET_PINS: "PINs of trainees",
            Duty.IMPORT_ROSTER: "the roster (with all schools only)",
            Duty.MANAGE_ACCOUNTS: "accounts",
            Duty.OPERATE: "the server's settings",
            Duty.STATE_REQUIREMENTS: "what is required (with all schools only)",
        }[duty]
        for duty in Duty
        if duty in duties - LOOKING
    ]
    sees = [wording.SEES[duty] for duty in Duty if duty in duties & wording.SEES.keys()]
    names = " with ".join(wording.SHORT_ROLES[role.value] for role in mixed)
    does = "can change {what}".format(what=", ".join(changes)) if changes else "changes nothing"
    if Duty.APPROVE in duties:
        does = f"{does}, approves trainings" if changes else "approves trainings, changes nothing else"
    return "{roles}: {does}. Can see {sees}.".format(roles=names, does=does, sees=", ".join(sees))


def draw_change(card: AccountCard) -> None:
    mark = card.account_id
    with st.container(border=True, key=f"account-{mark}"):
        st.markdown(f"**{escape_markdown(card.name)}**")
        few = {0: "not signed in", 1: "signed in with one browser"}
        browsers = few.get(card.open_sessions, f"signed in with {card.open_sessions} browsers")
        draw_quiet(f"{write_state(card)} · {browsers}")
        roles = choose_roles(card.roles, key=f"roles-{card.account_id}-{'-'.join(sorted(card.roles))}")
        if roles != card.roles and st.button("Save", key=f"save-roles-{card.account_id}"):
            run_and_redraw(
                lambda: manage.set_roles(get_app(), get_viewer(), card.account_id, roles), said=wording.SAVED
            )
        _draw_schools(card)
        with st.form(f"secret-{mark}", border=False, clear_on_submit=True):
            secret = st.text_input(
                "New PIN or passphrase",
                type="password",
                key=f"secret-text-{mark}",
                autocomplete="new-password",
                help=wording.PASSPHRASE_HINT,
            )
            if st.form_submit_button("Set it", key=f"secret-go-{mark}"):
                run_and_redraw(
                    lambda: manage.set_secret(get_app(), get_viewer(), mark, secret),
                    said="Set. They are signed out everywhere and can sign in with the new one.",
                )
        with st.container(horizontal=True):
            _draw_buttons(card)


def _draw_schools(card: AccountCard) -> None:
    if Role.ADMIN in card.roles:
        return
    now = "" if card.schools is None else "-".join(sorted(card.schools))
    schools = choose_schools(card.schools, key=f"schools-{card.account_id}-{now}")
    if schools != card.schools and st.button("Save the schools", key=f"save-schools-{card.account_id}"):
        run_and_redraw(
            lambda: manage.set_schools(get_app(), get_viewer(), card.account_id, schools), said=wording.SAVED
        )


def _draw_buttons(card: AccountCard) -> None:
    mark = card.account_id
    if card.wait_s and st.button("Unlock", key=f"unlock-{mark}"):
        run_and_redraw(lambda: manage.unlock(get_app(), get_viewer(), mark), said="Unlocked.")
    if card.open_sessions and st.button("Sign out everywhere", key=f"end-{mark}"):
        said = wording.ENDED_ONE if card.open_sessions == 1 else f"Signed out of {card.open_sessions} browsers."
        run_and_redraw(lambda: manage.end_all_sessions(get_app(), get_viewer(), mark), said=said)
    if card.has_second_step and st.button(
        "Turn off the second step",
        key=f"step-off-{mark}",
        help="For someone who has lost both the phone and the recovery codes. Make sure it is them.",
    ):
        run_and_redraw(
            lambda: turn_off(get_app(), get_viewer(), mark),
            said="The second step is off. They can turn it on again with another phone.",
        )
    label, said = ("Open again", "Opened again.") if card.is_disabled else ("Disable", "Disabled, and signed out.")
    if st.button(label, key=f"disable-{mark}"):
        is_disabled = not card.is_disabled
        run_and_redraw(lambda: manage.set_disabled(get_app(), get_viewer(), mark, is_disabled=is_disabled), said=said)


def draw_add(mark: int) -> None:
    with st.expander(wording.ADD, key=f"add-account-{mark}"):
        draw_quiet("Trainees get their account when a trainer gives them a PIN under Team, People.")
        roles = choose_roles((), key=f"new-roles-{mark}")  # outside the form: what they mean is told at once
        with st.form(f"add-account-form-{mark}", border=False):
            name = st.text_input("Name to sign in with", key=f"new-name-{mark}", max_chars=80)
            secret = st.text_input(
                "Passphrase",
                type="password",
                key=f"new-secret-{mark}",
                autocomplete="new-password",
                help=wording.PASSPHRASE_HINT,
            )
            schools = choose_schools(None, key=f"new-schools-{mark}")
            pressed = st.form_submit_button(wording.ADD, type="primary", key=f"add-account-go-{mark}")
        if pressed:
            made = run_action(
                lambda: add_account(get_app(), get_viewer(), name=name, secret=secret, roles=roles, schools=schools)
            )
            if made is not None:
                flash(f"{escape_markdown(name)} can sign in now.")


def draw() -> None:
    app, viewer = get_app(), get_viewer()
    st.title(wording.TITLE, anchor=False)
    draw_lead("Who may sign in here, and what for.")
    draw_flash()
    cards = list_accounts(app, viewer)
    if not is_set_up(app):
        st.info(wording.NOBODY_YET)
        draw_link("account/set-up", wording.SET_UP, kind="primary narrow")
        if not cards:
            draw_rights()
            draw_turn_off()
            return
    chosen = _choose(cards)
    if chosen is not None:
        draw_change(chosen)
    draw_add(len(cards))
    draw_rights()
    shown = choose_shown(cards, lambda card: f"{card.sign_in_name} {card.team}", key="accounts")
    draw_table(
        ("Name", "Roles", "Schools", "Team", "Last seen", "State"),
        [
            (
                card.sign_in_name,
                ", ".join(wording.SHORT_ROLES[role.value] for role in sorted(card.roles)),
                wording.SCHOOLS_ALL if card.schools is None else ", ".join(sorted(card.schools)),
                card.team,
                "never" if card.last_seen is None else write_day(card.last_seen),
                write_state(card),
            )
            for card in shown
        ],
        label=wording.TITLE,
    )
    draw_turn_off()


def _choose(cards: tuple[AccountCard, ...]) -> AccountCard | None:
    by_id = {card.account_id: card for card in cards}
    chosen = st.selectbox(
        "Change an account",
        list(by_id),
        index=None,
        placeholder="Find a name",
        format_func=lambda account_id: f"{by_id[account_id].sign_in_name} · {by_id[account_id].team}".removesuffix(
            " · "
        ),
        key="account",
    )
    return by_id.get(chosen or "")


draw()
