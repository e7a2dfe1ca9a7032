"""Fuzzing the routes by their OpenAPI description, with schemathesis (https://schemathesis.io), a test requirement."""

import base64
import copy
import importlib.util
import json
import subprocess
import sys
import time
from collections import Counter
from typing import Any

from tools.torture.rig.outcome import CannotTryError, Outcome
from tools.torture.rig.rig import Rig

FUZZ_S = 300
LEAST_S = 15.0
AROUND_S = 30.0
"""What the fuzzer takes to begin and to report."""
SHORT_EXAMPLES = 4
SLOWEST_S = 10.0
GRACE_S = 240.0
OWN = ("attempt_id", "recording_id", "token")
"""Parts of paths that only the malformed half of all calls has otherwise: who may come in is another trial's."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
TRACE = b"Traceback (most recent call last)"
_PROGRAM = "from schemathesis.cli import schemathesis; schemathesis()"


def fuzz_routes(rig: Rig) -> Outcome:
    """Call every described route for five minutes, or what is left, with what schemathesis makes up.

    Half of the calls are against the description.

    No answer may be a 5xx, hold a traceback, have a status or form that the description has not, or take over 10 s.
    """
    if importlib.util.find_spec("schemathesis") is None:
        raise CannotTryError("schemathesis is not installed (`pip install -r requirements-dev.txt`)")
    server = rig.get_server()
    sender = rig.make_attempt()
    with rig.app.store.read() as work:
        recording_id = work.attempts.get(sender.attempt_id).recording_id
    folder = rig.make_folder("fuzz")
    known = {
        "attempt_id": sender.attempt_id,
        "token": sender.token,
        "recording_id": recording_id,
        "path": "main/CAM-01.mp4",
        "camera_id": "CAM-01",
        "frame": "1",
        "part": "1-1-60-60",
    }
    described = folder / "openapi.json"
    described.write_text(json.dumps(name_known_parts(rig.description, known)), encoding="utf-8")
    report = folder / "report.ndjson"
    fuzz_s = FUZZ_S
    if rig.until is not None:
        fuzz_s = round(min(FUZZ_S, max(LEAST_S, rig.until - time.monotonic() - AROUND_S)))
    extent = ("--max-examples", str(SHORT_EXAMPLES)) if rig.is_short else ("--max-time", str(fuzz_s))
    command = [
        *(sys.executable, "-c", _PROGRAM, "run", str(described), "--url", server.url, "--no-color"),
        *("--header", f"Authorization: Bearer {sender.token}"),
        *("--checks", CHECKS, "--max-response-time", str(SLOWEST_S), "--continue-on-failure"),
        *("--phases", "fuzzing" if rig.is_short else "coverage,fuzzing", *extent),
        *("--seed", str(rig.rng.randrange(2**31)), "--generation-database", "none", "--no-shrink"),
        *("--suppress-health-check", "all", "--warnings", "off"),
        *("--report", "ndjson", "--report-ndjson-path", str(report)),
    ]
    began = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=fuzz_s + GRACE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return Outcome(saw="", wrong=("the fuzzer did not come to an end",))
    text = report.read_text(encoding="utf-8") if report.exists() else ""
    answers = list_answers(text)
    statuses = Counter(status for status, _ in answers)
    wrong: list[str] = []
    if done.returncode != 0:
        wrong.append(f"schemathesis: {_find_failures(done.stdout) or (done.stdout + done.stderr)[-800:]}")
    wrong += [f"an answer of status {status} holds a traceback" for status, body in answers if TRACE in body]
    if len(answers) < 20:
        wrong.append(f"only {len(answers)} calls were made")
    if not server.is_running:
        wrong.append("the server has ended")
    said = ", ".join(f"{status}: {count}" for status, count in sorted(statuses.items()))
    return Outcome(
        saw=f"{len(answers)} calls in {time.monotonic() - began:.0f} s, by status {said}", wrong=tuple(wrong)
    )


def name_known_parts(description: Any, known: dict[str, str]) -> dict[str, Any]:
    """Return the description with what exists among the values of path parts, so that half of all calls get far."""
    named: dict[str, Any] = copy.deepcopy(dict(description))
    for methods in named["paths"].values():
        for part in methods.get("parameters", []):
            value = known.get(part["name"]) if part["in"] == "path" else None
            if value is not None:
                only = {"type": "string", "enum": [value]}
                part["schema"] = only if part["name"] in OWN else {"anyOf": [only, part["schema"]]}
                part["example"] = value
    return named


def list_answers(report: str) -> list[tuple[int, bytes]]:
    """Return status and body of every answer in the fuzzer's events, one JSON object a line, bodies in base 64."""
    return [answer for line in report.splitlines() for answer in _list_answers(json.loads(line))]


def _list_answers(value: Any) -> list[tuple[int, bytes]]:
    """Return every answer anywhere inside an event."""
    if isinstance(value, list):
        return [answer for each in value for answer in _list_answers(each)]
    if not isinstance(value, dict):
        return []
    inside = [answer for each in value.values() for answer in _list_answers(each)]
    if not (isinstance(value.get("status_code"), int) and "headers" in value):
        return inside
    content = value.get("content") or ""
    return [(value["status_code"], base64.b64decode(content) if isinstance(content, str) else b""), *inside]


def _find_failures(said: str) -> str:
    """Return the part of the fuzzer's words that names what failed."""
    begin = said.find("FAILURES")
    return " ".join(said[begin:].split())[:1500] if begin >= 0 else ""
