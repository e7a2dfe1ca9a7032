"""A launch by cmi5, and telling the learning system how the drill ended.

What the address says of the learner is not signed, so nobody is signed in by it: the drill is practice of nobody in
particular here, and the learning system alone knows whose it is. Only hosts that the package was made for are asked.
"""

import hashlib
import io
import json
import logging
import secrets
import uuid
import zipfile
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sim.app.asking import Answer, OutsideError, ask, get_host, is_safe_url
from sim.app.signed import Purpose
from sim.app.wiring import App
from sim.attempt.attempt import AttemptState
from sim.console.attempts import create_practice
from sim.db.attempts import AttemptRow
from sim.db.lti import Cmi5Row
from sim.errors import AccessError, MachineError, TaskError, UnknownAttemptError
from sim.features.learning_systems.deep_link import check_practice, list_practice
from sim.text.times import write_utc

NAMESPACE: Final = "https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd"
LAUNCH_PATH: Final = "/cmi5/launch"
NAME: Final = "cmi5.xml"
CODE: Final = Purpose(
    salt="sightline-cmi5-1", what="this course package", todo="have an administrator make a new package"
)


def make_package(app: App, *, learning_systems: Sequence[str], form_ids: Collection[str] = ()) -> bytes:
    base = app.settings.address
    if not base:
        raise MachineError(
            "the address of this installation is not known", todo="set SIGHTLINE_ADDRESS=https://sightline.example"
        )
    wrong = next((each for each in learning_systems if not is_safe_url(each)), None)
    if wrong is not None or not learning_systems:
        raise MachineError(f"the learning system {wrong or ''!r} cannot be used", expected="its https address")
    hosts = sorted({get_host(each) for each in learning_systems})
    drills = {each.form_id: each for each in list_practice(app)}
    missing = next((each for each in form_ids if each not in drills), None)
    if missing is not None or not drills:
        raise TaskError(
            f"there is no practice drill {missing or ''!r}", todo="see the ids with: python -m sim cmi5 --list"
        )
    root = Element("courseStructure", xmlns=NAMESPACE)
    course = SubElement(root, "course", id=f"{base}/cmi5/course")
    _write_texts(
        course,
        "Sightline: camera-search drills",
        "Practice in finding a person in the recordings of a school's cameras.",
    )
    for form_id, drill in drills.items():
        if form_ids and form_id not in form_ids:
            continue
        unit = SubElement(root, "au", id=f"{base}/cmi5/drills/{form_id}", moveOn="Passed", launchMethod="OwnWindow")
        _write_texts(unit, drill.title, drill.kind)
        code = CODE.sign(app.access.secret, [form_id, hosts])
        SubElement(unit, "url").text = f"{base}{LAUNCH_PATH}?{urlencode({'code': code})}"
    indent(root)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, tostring(root, encoding="utf-8", xml_declaration=True))
    return packed.getvalue()


def read_code(app: App, code: str) -> tuple[str, tuple[str, ...]]:
    def parse(form_id: str, hosts: list[str]) -> tuple[str, tuple[str, ...]]:
        return str(form_id), tuple(map(str, hosts))

    return CODE.read(app.access.secret, code, parse)


def _write_texts(parent: Element, title: str, about: str) -> None:
    for name, text in (("title", title), ("description", about)):
        SubElement(SubElement(parent, name), "langstring", lang="en-US").text = text


CMI5: Final = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON: Final = "https://w3id.org/xapi/cmi5/context/categories/moveon"
VERBS: Final = "http://adlnet.gov/expapi/verbs/"
XAPI: Final = "1.0.3"
NORMAL: Final = "Normal"
MOST: Final = 4000
MOST_ADDRESS: Final = 1000
FIRST_WAIT: Final = timedelta(seconds=30)
GIVEN_UP_AFTER: Final = timedelta(days=7)
KEPT: Final = timedelta(days=366)
BATCH: Final = 50
KNOWN: Final = 409
AGAIN: Final = "open the drill from the course again"
_log = logging.getLogger("sightline.cmi5")


def begin_session(app: App, params: Mapping[str, str], *, address: str) -> str:
    """Return the attempt of a launch, once its learning system knows that it has begun (cmi5, sections 8 to 10)."""
    form_id, hosts = read_code(app, params.get("code", ""))
    actor, endpoint, activity, registration = _read_params(params, hosts)
    check_practice(app, form_id)
    answer = ask(params["fetch"], what="the learning system", body=b"", headers={"Content-Type": "application/json"})
    token = answer.data.get("auth-token") if answer.is_good and isinstance(answer.data, dict) else None
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or len(token) > MOST:
        raise AccessError("the learning system did not let this launch in, or it was used before", todo=AGAIN)
    row = Cmi5Row(
        session_id=secrets.token_urlsafe(12),
        attempt_id="",
        once=hashlib.sha256(json.dumps([endpoint, actor, registration, activity]).encode()).hexdigest(),
        endpoint=endpoint,
        token=token,
        actor=actor,
        activity=activity,
        context="",
        is_judged=False,
        begun_at=app.clock.read().wall,
    )
    asked = {"activityId": activity, "agent": actor, "registration": registration, "stateId": "LMS.LaunchData"}
    data = _get(row, f"activities/state?{urlencode(asked)}")
    template = data.data.get("contextTemplate") if data.is_good and isinstance(data.data, dict) else None
    if not isinstance(template, dict):
        raise OutsideError(f"the learning system gave no launch data (answer {data.status})", todo=AGAIN)
    _get(row, f"agents/profile?{urlencode({'profileId': 'cmi5LearnerPreferences', 'agent': actor})}")
    attempt_id = create_practice(app, form_id=form_id, address=address)
    context = {**template, "registration": registration}
    is_judged = data.data.get("launchMode", NORMAL) == NORMAL
    row = replace(row, attempt_id=attempt_id, context=json.dumps(context), is_judged=is_judged)
    said = _post(row, [_make(row, "initialized", at=row.begun_at)])
    if not said.is_good:
        raise OutsideError(f"the learning system did not take the beginning (answer {said.status})", todo=AGAIN)
    with app.store.write() as work:
        work.delete(Cmi5Row, Cmi5Row.begun_at < row.begun_at - KEPT)
        work.put(row)
    return attempt_id


def push_sessions(app: App) -> int:
    now = app.clock.read().wall
    with app.store.read() as work:
        waits = (Cmi5Row.done_at.is_(None), Cmi5Row.next_at.is_(None) | (Cmi5Row.next_at <= now))
        goes_on = (Cmi5Row.attempt_id == AttemptRow.attempt_id, AttemptRow.ended_at.is_(None))
        running = work.list_values(Cmi5Row.session_id, *waits, *goes_on)
        over, order = Cmi5Row.session_id.not_in(running), (Cmi5Row.begun_at, Cmi5Row.session_id)
        waiting = work.list_rows(Cmi5Row, *waits, over, order_by=order, most=BATCH)
    if not waiting:
        return 0
    with app.store.hold("cmi5", waits=False) as is_ours:
        return sum(_tell(app, row, now=now) for row in waiting) if is_ours else 0


def _tell(app: App, row: Cmi5Row, *, now: datetime) -> bool:
    with app.store.read() as work:
        try:
            attempt: AttemptRow | None = work.attempts.get(row.attempt_id)
        except UnknownAttemptError:
            attempt = None
        told = work.list_rows(Cmi5Row, Cmi5Row.once == row.once, Cmi5Row.done_at.is_not(None))
    is_done = attempt is not None and attempt.timing.state is not AttemptState.ABANDONED
    if is_done and attempt is not None and attempt.score_json is None:
        return False
    is_passed = is_done and attempt is not None and json.loads(attempt.score_json or "{}").get("passed") is True
    completes = is_done and row.is_judged and not any(each.has_completed for each in told)
    passes = is_passed and row.is_judged and not any(each.has_passed for each in told)
    fails = is_done and not is_passed and row.is_judged
    ended = now if attempt is None or attempt.timing.ended_at is None else attempt.timing.ended_at
    used_s = 0.0 if attempt is None or attempt.timing.used_s is None else attempt.timing.used_s
    ends: tuple[tuple[str, bool, dict[str, bool]], ...] = (
        ("completed", completes, {"completion": True}),
        ("passed", passes, {"success": True}),
        ("failed", fails, {"success": False}),
    )
    statements = [_make(row, verb, at=ended, result=told_of, lasted_s=used_s) for verb, is_so, told_of in ends if is_so]
    since_s = (ended - row.begun_at).total_seconds()
    statements.append(_make(row, "terminated", at=max(ended, row.begun_at), result={}, lasted_s=since_s))
    try:
        answer = _post(row, statements)
        failure = "" if answer.is_good or answer.status == KNOWN else f"The learning system answered {answer.status}."
    except OutsideError as error:
        failure = error.on_screen
    if failure and now - row.begun_at <= GIVEN_UP_AFTER:
        later = replace(
            row, tries=row.tries + 1, next_at=now + FIRST_WAIT * 2 ** min(row.tries, 9), failure=failure[:300]
        )
        with app.store.write() as work:
            work.put(later)
        _log.warning("the end of a drill was not taken by a learning system (cmi5): %s", failure)
        return False
    done = replace(row, done_at=now, token="", actor="", context="", failure=failure[:300])
    with app.store.write() as work:
        work.put(replace(done, has_completed=completes and not failure, has_passed=passes and not failure))
    return not failure


def _make(
    row: Cmi5Row, verb: str, *, at: datetime, result: Mapping[str, Any] | None = None, lasted_s: float = 0.0
) -> dict[str, Any]:
    """Return one statement; its id comes from what it tells, so that a repeat is the same one."""
    context = deepcopy(json.loads(row.context))
    activities = context.setdefault("contextActivities", {})
    given = activities.get("category", [])
    listed = [given] if isinstance(given, dict) else list(given)
    wanted = [CMI5, *([MOVE_ON] if result else [])]
    known = {each.get("id") for each in listed}
    activities["category"] = [*listed, *({"id": each} for each in wanted if each not in known)]
    statement: dict[str, Any] = {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"sightline:{row.session_id}:{verb}")),
        "actor": json.loads(row.actor),
        "verb": {"id": f"{VERBS}{verb}", "display": {"en-US": verb}},
        "object": {"objectType": "Activity", "id": row.activity},
        "context": context,
        "timestamp": write_utc(at),
    }
    if result is not None:
        statement["result"] = {**result, "duration": f"PT{max(0.0, lasted_s):.2f}S"}
    return statement


def _read_params(params: Mapping[str, str], hosts: tuple[str, ...]) -> tuple[str, str, str, str]:
    missing = next(
        (each for each in ("endpoint", "fetch", "actor", "registration", "activityId") if not params.get(each)), ""
    )
    if missing:
        raise AccessError("this is no launch of a learning system", expected=f"cmi5, with {missing}", todo=AGAIN)
    for name in ("endpoint", "fetch"):
        url = params[name]
        if len(url) > MOST_ADDRESS or not is_safe_url(url) or get_host(url) not in hosts:
            raise AccessError(
                f"this course package is not for the learning system {url[:80]!r}",
                expected=" or ".join(hosts),
                todo="have an administrator make a package for it",
            )
    try:
        actor, registration = json.loads(params["actor"]), str(uuid.UUID(params["registration"]))
    except ValueError as error:
        raise AccessError("the launch does not say who opens the drill", todo=AGAIN) from error
    account = actor.get("account") if isinstance(actor, dict) else None
    if not isinstance(account, dict) or not account.get("name") or len(params["actor"]) > MOST:
        raise AccessError("the launch does not say who opens the drill", expected="an account", todo=AGAIN)
    if len(params["activityId"]) > MOST_ADDRESS:
        raise AccessError("the launch names no drill", todo=AGAIN)
    endpoint = f"{params['endpoint'].rstrip('/')}/"
    return json.dumps(actor, sort_keys=True), endpoint, params["activityId"], registration


def _get(row: Cmi5Row, path: str) -> Answer:
    return ask(f"{row.endpoint}{path}", what="the learning system", headers=_bear(row))


def _post(row: Cmi5Row, statements: list[dict[str, Any]]) -> Answer:
    body = json.dumps(statements, ensure_ascii=False).encode("utf-8")
    return ask(f"{row.endpoint}statements", what="the learning system", body=body, headers=_bear(row))


def _bear(row: Cmi5Row) -> dict[str, str]:
    kind = {"X-Experience-API-Version": XAPI, "Content-Type": "application/json"}
    return {"Authorization": f"Basic {row.token}", **kind}
