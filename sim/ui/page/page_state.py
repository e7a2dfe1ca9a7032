"""The address, what this browser tab remembers, and the app object: only here and in `chosen.py`."""

import os
import secrets
from collections.abc import Callable, Collection
from typing import Final, TypeVar
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sim.app.links import show_link
from sim.app.settings import read_settings
from sim.app.wiring import App, open_app, system_clock
from sim.db.programs import LinkKind
from sim.errors import AccessError
from sim.rules.drill_access import ALONE, WayIn
from sim.rules.learner import KEY_BYTES, Learner, find_learner, is_key
from sim.rules.sessions import find_viewer, note_use
from sim.rules.viewer import AT_THIS_MACHINE, NOBODY, Viewer, limit_app
from sim.ui.page import pages, request_origin
from sim.ui.page.pages import find_script
from sim.ui.page.request_origin import Peer

ATTEMPT_PARAM = "attempt"
REPLAY_PARAM = "replay"
EXPERT, EXAMPLE = "expert", "example"
TRY_PARAM = "try"
LESSON_PARAM = "lesson"
TEAM_PARAM = "team"
SCHOOL_PARAM = "school"
PERSON_PARAM = "person"
EXERCISE_LINK_PARAM = "exercise"
EXERCISE_PARAM = "debrief"
PROGRAM_PARAM = "program"
SESSION_PARAM = "session"
MAKES_UP_PARAM = "for"
PROJECTED_PARAM = "show"
STEP_PARAM = "step"
JOIN_PARAM = "t"
SEAT_PARAM = "seat"
LINK_PARAM = "link"
AS_PARAM = "as"
TRAINING_PARAM = "training"
VIEW_PARAM = "view"
MOST_SEED = 9999
T = TypeVar("T")
_PAGE = "page_path"
_FLASH = "flash"
_LAST_ATTEMPT = "last_attempt_id"
_WAY_IN = "way_in"
_JOINED = "joined"
_ASKED = "asked-answers"
_OUTCOME = "outcome"
_SHOWN = "shown"


@st.cache_resource(show_spinner=False)
def get_services() -> App:
    """Return the services, opened once a process, without a look at who asks: for routes and what runs by itself."""
    return open_app(read_settings(os.environ), system_clock())


def get_app() -> App:
    """Return the services, for a page that is open to the person who looks at it now, with what they may see there.

    Every press of a button and every part of a page that updates itself comes through here, so that a page drawn
    before somebody signed out, or lost a role, does nothing any more.
    """
    app = get_services()
    path = st.session_state.get(_PAGE) if get_script_run_ctx() is not None else None
    if path is None:
        return app
    page, viewer = pages.find_page(path), get_viewer()
    if not pages.is_open(page, viewer):
        st.rerun()
        raise AccessError("this page is not open to you any more", todo="reload it")
    return pages.limit(app, page, viewer)


def get_limited_app() -> App:
    """Return the services as the person who looks may use them, also on a page that other people open by a link."""
    return limit_app(get_app(), get_viewer())


def make_file(make: Callable[[App, Viewer], bytes]) -> Callable[[], bytes]:
    """Return what makes a download when pressed; who asks is remembered here, as Streamlit runs it beside the page."""
    path, peer = st.session_state.get(_PAGE), read_peer()

    def make_now() -> bytes:
        app = get_services()
        viewer = find_viewer(app, peer.cookie, is_local=peer.is_local)
        page = pages.find_page(path) if path is not None else None
        if path is not None and not pages.is_open(page, viewer):
            raise AccessError("this page is not open to you any more", todo="reload it")
        return make(pages.limit(app, page, viewer), viewer)

    return make_now


def enter_page(path: str) -> None:
    """Say which page is drawn from here on; what was kept while another one stood is forgotten."""
    if st.session_state.get(_PAGE) != path:
        st.session_state[_SHOWN] = {}
    st.session_state[_PAGE] = path


def get_viewer() -> Viewer:
    """Return who looks; where nobody signs in, whoever joined by a code is no trainer in that browser tab."""
    peer = read_peer()
    viewer = find_viewer(get_services(), peer.cookie, is_local=peer.is_local)
    return NOBODY if viewer == AT_THIS_MACHINE and get_joined() is not None else viewer


def get_joined() -> tuple[str, str] | None:
    """Return by which page and token this browser tab joined a session or signed in to a training; None for neither."""
    if get_script_run_ctx() is None:
        return None
    if seat := get_param(SEAT_PARAM):
        is_training = st.session_state.get(_PAGE) == "training-sign-in"
        st.session_state[_JOINED] = ("training-sign-in" if is_training else "join", seat)
    joined: tuple[str, str] | None = st.session_state.get(_JOINED)
    return joined


def forget_joined() -> None:
    st.session_state.pop(_JOINED, None)


def get_learner() -> Learner:
    """Return who practices: the person who is signed in, else this browser; without cookies, this browser tab."""
    return find_learner(get_viewer(), get_browser_key())


def get_browser_key() -> str:
    """Return the key of this browser; of one without cookies, of this browser tab until it is loaded again."""
    key: str = read_peer().learner_key
    if not is_key(key):
        key = st.session_state.setdefault("learner_key", secrets.token_urlsafe(KEY_BYTES))
    return key


def is_remembered() -> bool:
    return get_viewer().person_id is not None or is_key(read_peer().learner_key)


def note_visit() -> None:
    note_use(get_services(), read_peer().cookie)


def read_peer() -> Peer:
    return request_origin.read_peer(st.context.headers, st.context.cookies)


def keep_flash(text: str) -> None:
    st.session_state[_FLASH] = text


def take_flash() -> str:
    text = st.session_state.pop(_FLASH, "")
    return text if isinstance(text, str) else ""


def make_sign_in_address(then: str = "") -> str:
    if then:
        return f"account/sign-in?{urlencode({'next': then})}"
    here = urlsplit(st.context.url or "").path.rsplit("/", 1)[-1]
    query = urlencode(st.query_params.to_dict())
    return f"account/sign-in?{urlencode({'next': f'{here}?{query}' if query else here})}"


def get_attempt_id() -> str | None:
    value = st.query_params.get(ATTEMPT_PARAM)
    if value:
        st.session_state[_LAST_ATTEMPT] = value
    return value or None


def get_last_attempt_id() -> str | None:
    value = st.session_state.get(_LAST_ATTEMPT)
    return value if isinstance(value, str) else None


def get_way_in() -> WayIn:
    found = WayIn(link=st.query_params.get(LINK_PARAM, ""), seat=st.query_params.get(SEAT_PARAM, ""))
    if found != ALONE:
        st.session_state[_WAY_IN] = found
    return found


def _keep_way_in() -> dict[str, str]:
    if get_viewer().account_id is not None:
        return {}
    way_in = get_way_in()
    if way_in == ALONE:
        kept = st.session_state.get(_WAY_IN)
        way_in = kept if isinstance(kept, WayIn) else ALONE
    tokens = {LINK_PARAM: way_in.link, SEAT_PARAM: way_in.seat}
    return {name: token for name, token in tokens.items() if token}


def go_to_attempt(attempt_id: str) -> None:
    st.switch_page(find_script("drill"), query_params={ATTEMPT_PARAM: attempt_id, **_keep_way_in()})


def go_to_replay(attempt_id: str, *, of_expert: bool = False) -> None:
    query = {ATTEMPT_PARAM: attempt_id, REPLAY_PARAM: EXPERT if of_expert else "1", **_keep_way_in()}
    st.switch_page(find_script("drill"), query_params=query)


def go_to_example(attempt_id: str, *, try_id: str) -> None:
    query = {ATTEMPT_PARAM: attempt_id, REPLAY_PARAM: EXAMPLE, TRY_PARAM: try_id, **_keep_way_in()}
    st.switch_page(find_script("drill"), query_params=query)


def get_example_try_id() -> str | None:
    return st.query_params.get(TRY_PARAM) if st.query_params.get(REPLAY_PARAM) == EXAMPLE else None


def is_example_seen() -> bool:
    return "seen" in st.query_params


def ask_answers(attempt_id: str) -> None:
    st.session_state[_ASKED] = attempt_id


def asks_answers(attempt_id: str | None) -> bool:
    return bool(st.session_state.get(_ASKED) == attempt_id)


def wants_replay() -> bool:
    return REPLAY_PARAM in st.query_params


def wants_expert() -> bool:
    return st.query_params.get(REPLAY_PARAM) == EXPERT


def make_attempt_address(attempt_id: str, person_id: str) -> str:
    link = show_link(get_app(), LinkKind.DRILL, person_id, attempt_id=attempt_id, by=get_viewer().name)
    return make_address(f"drill?{urlencode({ATTEMPT_PARAM: attempt_id, LINK_PARAM: link})}")


def make_address(path: str) -> str:
    return f"{(st.context.url or '/').rsplit('/', 1)[0]}/{path}"


def get_fresh_seed(mark: str) -> int:
    """Return a seed drawn by chance that stays the same in this browser tab for one `mark`."""
    seeds: dict[str, int] = st.session_state.setdefault("fresh_seeds", {})
    return seeds.setdefault(mark, secrets.randbelow(MOST_SEED + 1))


def get_request_key(mark: str) -> str:
    keys: dict[str, str] = st.session_state.setdefault("request_keys", {})
    return keys.setdefault(mark, secrets.token_urlsafe(16))


def go_to_program(program_id: str) -> None:
    st.switch_page(find_script("plan"), query_params={PROGRAM_PARAM: program_id})


def get_browser_zone() -> str:
    return st.context.timezone or ""


def find_zone() -> ZoneInfo:
    """Return the time zone in which a page and what is taken from it show moments: that of the person who looks at it.

    The server's where the browser does not say, or says one that this machine does not know. Only a program's own days
    are in another one, its school's (`sim.features.program.school_days`).
    """
    return _read_zone(get_browser_zone()) or _find_server_zone()


def _find_server_zone() -> ZoneInfo:
    linked = os.path.realpath("/etc/localtime").rpartition("zoneinfo/")[2].replace("Etc/UTC", "UTC")
    return _read_zone(os.environ.get("TZ", "").lstrip(":")) or _read_zone(linked) or ZoneInfo("UTC")


def _read_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def keep_shown(key: str, now: T) -> T:
    """Return what this page showed first under a key, until it is left: what is filled in stays about what was seen."""
    shown: dict[str, T] = st.session_state.setdefault(_SHOWN, {})
    return shown.setdefault(key, now)


def forget_shown(key: str) -> None:
    st.session_state.setdefault(_SHOWN, {}).pop(key, None)


def get_field(key: str) -> str:
    """Return what is written in a field of text, for what runs before the page is drawn."""
    value = st.session_state.get(key, "")
    return value if isinstance(value, str) else ""


def get_picked(key: str) -> list[str]:
    value = st.session_state.get(key, ())
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else []


def fill_field(key: str, text: str) -> None:
    """Write into a field that is not drawn yet and in which nothing stands."""
    if not get_field(key):
        st.session_state[key] = text


def keep_outcome(key: str, *, done: int, refused: dict[str, str]) -> None:
    st.session_state[f"{_OUTCOME}-{key}"] = (done, refused)
    st.session_state[key] = "\n".join(refused)


def take_outcome(key: str) -> int:
    done, refused = st.session_state.get(f"{_OUTCOME}-{key}", (0, {}))
    st.session_state[f"{_OUTCOME}-{key}"] = (0, refused)
    return int(done)


def get_refused(key: str) -> dict[str, str]:
    _, refused = st.session_state.get(f"{_OUTCOME}-{key}", (0, {}))
    return dict(refused)


def get_param(name: str) -> str | None:
    return st.query_params.get(name) or None


def go_to_page(page: str, **params: str) -> None:
    st.switch_page(find_script(page), query_params=params)


def get_address() -> str:
    return st.context.ip_address or ""


ALL_TEAMS: Final = "all"
"""In the address in place of a team where all are looked at."""
_TEAM = "chosen_team"
_WRITTEN = "written"


def get_kept_team() -> str | None:
    kept = st.session_state.get(_TEAM)
    return get_team_id() or (kept if isinstance(kept, str) else None)


def get_team_id() -> str | None:
    """Return the team that the address names, which exists, or `ALL_TEAMS`; None: there is no team."""
    return st.query_params.get(TEAM_PARAM) or None


def remember_team(team_id: str) -> None:
    """Put a team into the address and keep it; written anew, since Streamlit's own link to this page drops it."""
    if st.query_params.get(TEAM_PARAM) != team_id or st.session_state.get(_TEAM) != team_id:
        st.query_params[TEAM_PARAM] = team_id
    st.session_state[_TEAM] = team_id


def forget_team() -> None:
    st.session_state.pop(_TEAM, None)
    st.query_params.pop(TEAM_PARAM, None)


def follow_address(param: str, key: str, *, names: Collection[str], first: str) -> None:
    """Have a choice that stands in the address begin with what that says, or follow it where it names another one.

    A press counts more than the address: pressed soon after another one, it comes with the address from before both.
    """
    wanted, written, chosen = get_param(param), st.session_state.get(f"{_WRITTEN}-{key}"), st.session_state.get(key)
    is_pressed = written is not None and chosen in names and chosen != written
    if wanted in names and (wanted != written or chosen is None) and not is_pressed:
        st.session_state[key] = wanted
    elif chosen not in names:
        st.session_state[key] = first


def write_choice(param: str, key: str, chosen: str) -> None:
    st.session_state[f"{_WRITTEN}-{key}"] = chosen
    if get_param(param) != chosen:
        st.query_params[param] = chosen


def go_to_team(team_id: str | None) -> None:
    if team_id is None:
        forget_team()
    else:
        remember_team(team_id)
    st.rerun()
