"""Form ids that stand for something already: what somebody was given under an id stays what that id means.

Results, debriefs and the ledger of who was given what know a form by its id alone, so that other content under an id
that was given would put other students into old results, and withhold forms from people who never saw them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, product
from pathlib import Path
from string import ascii_lowercase

from sim.app.catalog import load_form_set, make_version
from sim.app.settings import Settings
from sim.db.migrate import is_made
from sim.db.store import open_store
from sim.errors import SimError, TaskError
from sim.forms.forms import Form, FormSet

MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIds:
    # for each id that somebody was given, the versions it had then; none where that is not known
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)  # each form of the form files, by id
    replaced: frozenset[str] = frozenset()  # ids of the file that is about to be replaced, and of no other

    def is_free(self, form_id: str) -> bool:
        """Return whether an id means nothing yet, or only what is about to be replaced and nobody was given."""
        return form_id not in self.given and (form_id not in self.forms or form_id in self.replaced)

    def may_be(self, form: Form) -> bool:
        """Return whether a form may have its id: nobody was given that id with other content."""
        if form.form_id not in self.given or make_version(form) in self.given[form.form_id]:
            return True
        # what the files say now is what results are read by now: to write the same again changes nothing
        known = self.forms.get(form.form_id)
        return known is not None and _get_content(known) == _get_content(form)


def load_known_ids(settings: Settings, *, replaced: Path | None = None) -> KnownIds:
    """Return what the database and the form files of this computer say; `replaced` is a file about to be replaced."""
    given: Mapping[str, frozenset[str]] = {}
    if is_made(settings.database_url):
        store = open_store(settings.database_url)
        try:
            with store.read() as work:
                given = work.exposures.list_versions()
        finally:
            store.close()
    old = _load_forms([replaced]) if replaced is not None and replaced.exists() else {}
    paths = [path for folder in settings.forms for path in sorted(folder.glob("*.yaml"))]
    forms = _load_forms([path for path in paths if replaced is None or path.resolve() != replaced.resolve()])
    return KnownIds(given=given, forms={**old, **forms}, replaced=frozenset(old) - frozenset(forms))


def keep_ids(forms: FormSet, known: KnownIds) -> FormSet:
    """Return the forms, each under an id that is free to mean it.

    One that asks exactly what a known form asks has that one's id and title. Any other keeps its own id where that is
    free, and else has the next free one, with the letter or number in its title.
    """
    named = {_get_content(form): form for form in known.forms.values()}
    same = {form.form_id: named[_get_content(form)] for form in forms.forms if _get_content(form) in named}
    taken = {form.form_id for form in same.values()}
    keeps = {form.form_id for form in forms.forms if form.form_id not in same and known.is_free(form.form_id)} - taken
    taken |= keeps
    found: list[Form] = []
    for form in forms.forms:
        form_id, title = form.form_id, form.title
        if form_id in same:
            form_id, title = same[form_id].form_id, same[form_id].title
        elif form_id not in keeps:
            form_id, title = next(name for name in _list_names(form) if name[0] not in taken and known.is_free(name[0]))
        taken.add(form_id)
        found.append(form.model_copy(update={"form_id": form_id, "title": title}))
    return FormSet.model_validate({**forms.model_dump(), "forms": [form.model_dump() for form in found]})


def check_given(forms: FormSet, known: KnownIds) -> None:
    """Raise TaskError when a form has an id that somebody was given with other content."""
    wrong = [form.form_id for form in forms.forms if not known.may_be(form)]
    if wrong:
        raise TaskError(
            f"people have been given {_name(wrong)} already, and these forms ask something else under the same name",
            expected="new names for new forms: results and debriefs of the old ones go by the name",
            todo="choose the forms again with `python -m sim forms choose`, which gives them names of their own",
        )


def check_replaced(forms: FormSet, known: KnownIds, path: Path) -> None:
    """Raise TaskError when a file about to be replaced holds forms that people were given and the new one lacks."""
    old: tuple[Form, ...] = ()
    if path.exists():
        with suppress(SimError):
            old = load_form_set(path).forms
    kept = {form.form_id for form in forms.forms}
    lost = [form.form_id for form in old if form.form_id in known.given and form.form_id not in kept]
    if lost:
        raise TaskError(
            f"{path} holds {_name(lost)}, which people have been given; the forms chosen now do not contain it",
            expected="a new file: results and debriefs need the old one",
            todo="name another file with --out; both are used side by side",
        )


def _load_forms(paths: Sequence[Path]) -> dict[str, Form]:
    found: dict[str, Form] = {}
    for path in paths:
        with suppress(SimError):
            for form in load_form_set(path).forms:
                found.setdefault(form.form_id, form)
    return found


def _get_content(form: Form) -> str:
    return form.model_dump_json(exclude={"form_id", "title", "version"})


def _list_names(form: Form) -> Iterator[tuple[str, str]]:
    """Return ids and titles of a form's kind without end: `x-trace-a`, "Trace A", `x-trace-b`, "Trace B", ..."""
    stem, own = form.form_id.rsplit("-", 1)
    title = form.title.rsplit(" ", 1)[0]
    letters = ("".join(each) for length in count(1) for each in product(ascii_lowercase, repeat=length))
    for mark in map(str, count(1)) if own.isdecimal() else letters:
        yield f"{stem}-{mark}", f"{title} {mark.upper()}"


def _name(form_ids: list[str]) -> str:
    more = len(form_ids) - MOST_NAMED
    return ", ".join(form_ids[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
