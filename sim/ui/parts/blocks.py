"""Small pieces of page that several pages draw. Every text is escaped here."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final, TypeVar

import streamlit as st

from sim.console.console_data import BriefingView
from sim.scoring.score_card import PartView
from sim.text.tables import TextTable
from sim.text.times import write_minutes, write_time_of_day
from sim.text.workbooks import write_workbook
from sim.ui.page import wording
from sim.ui.page.page_state import (
    ATTEMPT_PARAM,
    LINK_PARAM,
    VIEW_PARAM,
    find_zone,
    follow_address,
    make_file,
    write_choice,
)
from sim.ui.page.pages import find_script

_SPECIAL: Final = frozenset("\\`*_{}[]()#+-.!$~:|<>&")
_TURNED: Final = re.compile(
    r"(?<=:)(?=//)"  # http://name.example becomes a link
    r"|(?<=www)(?=\.)"  # so does www.name.example
    r"|(?<=@)(?=[-\w])"  # and who@name.example
    r"|(?<=:)(?=(?!\d\d?:)[-+\w/]+:)"  # :smile: and :material/home: become pictures; 8:12:40 does not
    r"|(?<=[<>~-])(?=[-=>])",  # a -> b becomes an arrow
    re.IGNORECASE,
)


def escape_markdown(text: str) -> str:
    """Return the text so that it is drawn letter by letter.

    Every letter that Markdown would read as markup gets a backslash before it. What is turned into links and pictures
    after that, whatever its backslashes, is cut by a sign that nobody sees.
    """
    # Unicode's word joiner: without width, and no place to break a line
    cut = _TURNED.sub("\u2060", text)
    return "".join(f"\\{letter}" if letter in _SPECIAL else letter for letter in cut)


WIDE_SIGNS = 75


def draw_lead(text: str) -> None:
    st.html(f'<p class="sl-lead">{escape(text)}</p>')


def draw_quiet(text: str) -> None:
    st.html(f'<p class="sl-quiet">{escape(text)}</p>')


def choose_view(label: str, names: Mapping[str, str], *, first: str, key: str) -> str:
    follow_address(VIEW_PARAM, key, names=names, first=first)
    chosen = st.segmented_control(
        label,
        list(names),
        format_func=lambda name: names[name],
        required=True,
        label_visibility="collapsed",
        wrap=True,
        key=key,
    )
    write_choice(VIEW_PARAM, key, chosen or first)
    return chosen or first


def draw_drill_link(attempt_id: str, label: str, *, is_open: bool, link: str = "") -> None:
    st.page_link(
        find_script("drill"),
        label=label,
        icon=":material/play_arrow:" if is_open else ":material/chevron_right:",
        query_params={ATTEMPT_PARAM: attempt_id} | ({LINK_PARAM: link} if link else {}),
    )


def draw_error(text: str) -> None:
    """Draw what went wrong, letter by letter: such words quote what somebody typed."""
    st.error(escape_markdown(text))


def draw_steps(steps: Iterable[tuple[str, str]]) -> None:
    items = "".join(
        f"<div><strong>{number}. {escape(title)}</strong><br>{escape(sentence)}</div>"
        for number, (title, sentence) in enumerate(steps, start=1)
    )
    st.html(f'<div class="sl-steps">{items}</div>')


def draw_list(lines: Iterable[str]) -> None:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    st.html(f'<ul class="sl-list">{items}</ul>')


def draw_facts(facts: Iterable[tuple[str, str]]) -> None:
    items = "".join(f"<div><span>{escape(name)}</span><strong>{escape(value)}</strong></div>" for name, value in facts)
    st.html(f'<div class="sl-facts">{items}</div>')


def draw_details(details: Iterable[tuple[str, str]]) -> None:
    items = "".join(
        f"<dt>{escape(name)}</dt><dd>{'<br>'.join(map(escape, value.splitlines()))}</dd>" for name, value in details
    )
    st.html(f'<dl class="sl-details">{items}</dl>')


def draw_table(header: Sequence[str], rows: Iterable[Sequence[str]], *, label: str) -> None:
    """Draw a table of texts; the first of each row is its head. On a phone a wide one becomes a card a row.

    Plain HTML: Streamlit's own tables take longer to load than all the rest of such a page.
    """
    rows = [tuple(row) for row in rows]
    longest = (max(len(row[place]) for row in (header, *rows)) for place in range(len(header)))
    kind = ' class="wide"' if sum(longest) > WIDE_SIGNS else ""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in header)
    body = "".join(f'<tr><th scope="row">{escape(row[0])}</th>{_write_cells(header, row)}</tr>' for row in rows)
    st.html(
        f'<div class="sl-table" role="region" aria-label="{escape(label)}" tabindex="0">'
        f"<table{kind}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _write_cells(header: Sequence[str], row: Sequence[str]) -> str:
    named = zip(header[1:], row[1:], strict=True)
    return "".join(f'<td data-label="{escape(name)}">{escape(cell)}</td>' for name, cell in named)


def draw_legend(entries: Iterable[tuple[str, str]]) -> None:
    items = "".join(f'<span><i class="{escape(mark)}"></i>{escape(words)}</span>' for mark, words in entries)
    st.html(f'<div class="sl-legend">{items}</div>')


def draw_verdict(sentence: str, *, is_good: bool) -> None:
    kind = "sl-card sl-verdict good" if is_good else "sl-card sl-verdict"
    st.html(f'<div class="{kind}" role="status">{escape(sentence)}</div>')


def draw_parts(parts: Iterable[PartView]) -> None:
    st.html(f'<div class="sl-parts" role="list">{"".join(_write_part(part) for part in parts)}</div>')


def _write_part(part: PartView) -> str:
    flag = ""
    if part.good is not None:
        kind, word = ("good", "On target") if part.good else ("look", "Look at this")
        flag = f'<span class="flag {kind}">{escape(word)}</span>'
    return (
        f'<div class="sl-part" role="listitem"><span class="name">{escape(part.label)}</span> {flag}'
        f"<b>{escape(part.value)}</b><p>{escape(part.sentence)}</p></div>"
    )


def write_time(moment: datetime) -> str:
    """Return the time of day: "10:04 AM"."""
    return write_time_of_day(moment.astimezone(find_zone()))


def write_day(moment: datetime) -> str:
    """Return day and time: "Nov 25, 10:04 AM"."""
    local = moment.astimezone(find_zone())
    return f"{local:%b} {local.day}, {write_time(moment)}"


def draw_text_table(table: TextTable, *, label: str = "") -> None:
    if len(table.rows) > 60:
        draw_quiet(f"This table has {len(table.rows):,} rows: too many to read here. Download it.")
    else:
        draw_table(table.header, table.rows, label=label or table.header[0])


_MIMES: Final = {
    "csv": "text/csv",
    "ics": "text/calendar",
    "json": "application/json",
    "pdf": "application/pdf",
    "toml": "application/toml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def draw_file(
    label: str,
    data: bytes | str | Callable[[], bytes],
    name: str,
    *,
    key: str,
    is_main: bool = False,
    is_wide: bool = False,
) -> None:
    st.download_button(
        label,
        data=data,
        file_name=name,
        mime=_MIMES[name.rpartition(".")[2]],
        type="primary" if is_main else "secondary",
        key=key,
        on_click="ignore",
        width="stretch" if is_wide else "content",
    )


def draw_download(table: TextTable, file_stem: str) -> None:
    data, name = make_file(lambda _, __: write_workbook(table)), f"{file_stem}-{table.name}.xlsx"
    draw_file(wording.DOWNLOAD_TABLE, data, name, key=f"download-{table.name}")


T = TypeVar("T")
COUNT: Final = "{first} to {last} of {count}"


def choose_shown(items: Sequence[T], name_of: Callable[[T], str], *, key: str, page: int = 25) -> Sequence[T]:
    if len(items) <= 12:
        return items
    wanted = st.text_input("Find by name", key=f"find-{key}", max_chars=80, icon=":material/search:").strip()
    found = [item for item in items if wanted.casefold() in name_of(item).casefold()]
    if not found:
        draw_quiet(f"No name here has “{wanted}” in it.")
        return ()
    pages = -(-len(found) // page)
    if pages == 1:
        return found
    number = st.pagination(pages, key=f"page-{key}-{wanted}")
    shown = found[(number - 1) * page : number * page]
    first = (number - 1) * page + 1
    draw_quiet(COUNT.format(first=f"{first:,}", last=f"{first + len(shown) - 1:,}", count=f"{len(found):,}"))
    return shown


def write_where(view: BriefingView) -> str:
    return view.place if view.window_clock is None else f"{view.place}, {' to '.join(view.window_clock)}"


def draw_who(view: BriefingView) -> None:
    if view.held_back:
        shown = {
            "3 photos": "Three photos of the student and a description appear",
            "1 photo": "One photo of the student and a description appear",
            "text": "A description of the student, without a photo, appears",
            "question": "What to look for appears",
        }
        st.info(f"{shown[view.held_back]} when you start. The clock starts then too.")
        return
    if view.reference_url is None:
        st.html(f'<p class="sl-card sl-words">{escape(view.descriptor)}</p>')
        draw_quiet("No photo.")
        return
    sides = {3: "from the front, the back and the side", 1: "from the front"}[view.photo_count]
    st.html(
        f'<img class="sl-reference" data-photos="{view.photo_count}" src="{escape(view.reference_url)}" '
        f'alt="The student {sides}: {escape(view.descriptor)}">'
    )
    st.markdown(f"**{view.descriptor}**")


def draw_task(view: BriefingView) -> None:
    draw_lead(view.question)
    if view.known:
        st.info(f"{view.known}.", icon=":material/location_on:")
    st.write(f"You have {write_minutes(view.limit_s)}. {view.pass_rule}")


_HERE = Path(__file__).parent
_print_button = st.components.v2.component(
    "sightline_print_button",
    html=(_HERE / "button.html").read_text(encoding="utf-8"),
    css=(_HERE / "button.css").read_text(encoding="utf-8"),
    js=(_HERE / "button.js").read_text(encoding="utf-8"),
)


def draw_print_button(label: str, *, key: str) -> None:
    _print_button(key=key, data={"label": label})
