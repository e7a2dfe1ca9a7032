"""SQL, HTML, Markdown and impossible signs in every field of text: kept as typed, or refused in words."""

import json
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Final

from sim.errors import SimError
from tools.torture.faults.fields import Field, make_fields
from tools.torture.rig.database_file import read_facts
from tools.torture.rig.outcome import Outcome
from tools.torture.rig.private_footage import open_private
from tools.torture.rig.rig import Rig
from tools.torture.rig.sender import ask

TEXTS: Final = (
    'O\'Brien "Bo" `x` \\',
    "'; DROP TABLE person; --",
    "Robert'); DELETE FROM team; --",
    "1' OR '1'='1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</textarea></p><svg/onload=alert(1)>",
    "![x](http://127.0.0.1:9/x.png) [x](javascript:alert(1))",
    "**loud** :red[x] $x^2$ `code` # head",
    "{0} {name} {{7*7}} ${7*7} %s %(x)s",
    "&lt;b&gt; &#0; &amp;",
    "=cmd|' /C calc'!A0",
    "\u05e2\u05d1\u05e8\u05d9\u05ea left \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "turned \u202e dnuor",
    "zero\u200bwidth\u200dsigns\ufeff",
    "marks Z\u0351\u036b\u0343\u036a\u0302 \U0001f469\u200d\U0001f469\u200d\U0001f467",
    "two\nlines\tand\r\nmore",
    "null\x00byte",
    "bell\x07 \x1b[31mred",
    "half \ud800 a sign",
    "x" * 100_000,
)
"""Each is given to every field, bare and behind a name that a field of names would take."""
NAMED: Final = "Ann "
JOINERS: Final = "\u200c\u200d"

SHORT_TEXTS = 3
MOST_WORDS = 600
FACTS = ("sound", "version", "tables")


def type_texts(rig: Rig) -> Outcome:
    """Give every field and the events of a drill hostile texts; what is taken comes back as typed, tables are whole."""
    kept = refused = 0
    wrong: list[str] = []
    with open_private(rig) as apart:
        fields = make_fields(apart.app)
        before = read_facts(apart.database)
        for field in fields:
            for text in _choose(rig):
                is_kept, fault = _try(field, text)
                kept, refused = kept + is_kept, refused + (not is_kept)
                wrong += [f"{field.name}, {text[:30]!r}: {fault}"] if fault else []
        after = read_facts(apart.database)
        wrong += [f"the database's {name} changed" for name in FACTS if before[name] != after[name]]
        if not after["sound"]:
            wrong.append("the database is not sound")
    posted, turned_away, faults = _post(rig)
    wrong += faults
    saw = (
        f"{len(fields)} fields: {kept} texts kept as typed, {refused} refused in words; "
        f"in events {posted} kept, {turned_away} answered 422; all tables whole"
    )
    return Outcome(saw=saw, acknowledged=posted, wrong=tuple(wrong[:20]))


def _choose(rig: Rig) -> Sequence[str]:
    texts = list_texts()
    return rig.rng.sample(texts, SHORT_TEXTS) if rig.is_short else texts


def _try(field: Field, text: str) -> tuple[bool, str]:
    """Return whether a field kept a text, and what was wrong with how it did or refused."""
    try:
        read = field.write(text)
    except SimError as error:
        words = str(error)
        if not words.isprintable() or len(words) > MOST_WORDS:
            return False, f"refused in {len(words)} signs that nobody can read"
        return False, "" if error.expected or error.todo else f"refused without a way on: {words[:80]}"
    except Exception as error:  # that nothing else comes out is what is tried
        return False, f"{error.__class__.__name__}: {str(error)[:120]}"
    return True, "" if read == clean(text, is_name=field.is_name) else f"came back as {read[:60]!r}"


def _post(rig: Rig) -> tuple[int, int, list[str]]:
    """Post texts as note, bookmark and report of a faulty camera; return how many were kept and refused, and faults."""
    server, sender = rig.get_server(), rig.make_attempt()
    wrong: list[str] = []
    tab, refused = str(uuid.uuid4()), 0
    kept: list[str] = []
    for text in _choose(rig):
        for kind, payload in (
            ("note", {"text": text}),
            ("bookmark", {"bookmark_id": "b", "camera_id": "CAM-01", "t_s": 1.0, "text": text}),
            ("fault", {"fault_id": "f", "camera_id": "CAM-01", "fault": "other", "t_s": 1.0, "text": text}),
        ):
            event = {"seq": len(kept) + 1, "t_client_ms": 5, "kind": kind, "payload": payload}
            body = json.dumps({"tab": tab, "events": [event]}).encode()
            answer = ask(server.url, "POST", sender.path, headers=sender.headers, body=body)
            if answer.status == 200:
                kept.append(text)
                continue
            refused += 1
            if answer.status not in (413, 422) or not answer.words or len(answer.words) > MOST_WORDS:
                wrong.append(f"{kind}, {text[:30]!r}: answered {answer.status} “{answer.words[:80]}”")
    with rig.app.store.read() as work:
        stored = [str(each.event.payload["text"]) for each in work.events.list_all(sender.attempt_id)]
    if sorted(stored) != sorted(kept):
        wrong.append(f"{len(kept)} texts were acknowledged in events, {len(stored)} are stored, not all as they were")
    return len(kept), refused, wrong


def list_texts() -> tuple[str, ...]:
    """Return every text, bare and behind a name."""
    return (*TEXTS, *(NAMED + text for text in TEXTS))


def clean(text: str, *, is_name: bool) -> str:
    """Return what a field of one line keeps of a text: all but surplus blanks, and of a name what can be seen.

    Joiners stay in names, which some scripts cannot be written without.
    """
    if is_name:
        composed = unicodedata.normalize("NFC", text)
        text = "".join(sign for sign in composed if sign in JOINERS or unicodedata.category(sign) != "Cf")
    return " ".join(text.split())
