"""Small pieces of page that several pages draw. Every text is escaped here."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from sim.scoring.part import PartView
from sim.ui.page import wording
from sim.ui.page.chosen import follow_address, write_choice
from sim.ui.page.page_state import ATTEMPT_PARAM, LINK_PARAM, VIEW_PARAM
from sim.ui.parts.plain_text import escape_markdown

WIDE_SIGNS = 75


def draw_lead(text: str) -> None:
    """Draw the one sentence a page opens with."""
    st.html(f'<p class="sl-lead">{escape(text)}</p>')


def draw_quiet(text: str) -> None:
    """Draw a side remark."""
    st.html(f'<p class="sl-quiet">{escape(text)}</p>')


def choose_view(label: str, names: Mapping[str, str], *, first: str, key: str) -> str:
    """Draw the choice of what a page shows, a word for each name; return the chosen name, `first` at the beginning.

    It stands in the address, so that a reload shows the same and a link can lead to it.
    """
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
    """Draw the way to a drill: one that can be done, or one that is to be looked at.

    `link` is the token that opens it to somebody who is not signed in, "" for none.
    """
    st.page_link(
        "screens/drill.py",
        label=label,
        icon=":material/play_arrow:" if is_open else ":material/chevron_right:",
        query_params={ATTEMPT_PARAM: attempt_id} | ({LINK_PARAM: link} if link else {}),
    )


def draw_error(text: str) -> None:
    """Draw what went wrong, letter by letter: such words quote what somebody typed."""
    st.error(escape_markdown(text))


def draw_steps(steps: Iterable[tuple[str, str]]) -> None:
    """Draw numbered steps, each a title and a sentence."""
    items = "".join(
        f"<div><strong>{number}. {escape(title)}</strong><br>{escape(sentence)}</div>"
        for number, (title, sentence) in enumerate(steps, start=1)
    )
    st.html(f'<div class="sl-steps">{items}</div>')


def draw_list(lines: Iterable[str]) -> None:
    """Draw a short list of sentences."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    st.html(f'<ul class="sl-list">{items}</ul>')


def draw_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Draw short facts side by side, each a name and a value."""
    items = "".join(f"<div><span>{escape(name)}</span><strong>{escape(value)}</strong></div>" for name, value in facts)
    st.html(f'<div class="sl-facts">{items}</div>')


def draw_details(details: Iterable[tuple[str, str]]) -> None:
    """Draw what is known of something, a line each: its name, and what it is; lines of a value stay lines."""
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
    """Draw a picture's legend; each entry is a mark ("line", "dashed" or "mark") and its words."""
    items = "".join(f'<span><i class="{escape(mark)}"></i>{escape(words)}</span>' for mark, words in entries)
    st.html(f'<div class="sl-legend">{items}</div>')


def draw_verdict(sentence: str, *, is_good: bool) -> None:
    """Draw the one sentence that answers how it went."""
    kind = "sl-card sl-verdict good" if is_good else "sl-card sl-verdict"
    st.html(f'<div class="{kind}" role="status">{escape(sentence)}</div>')


def draw_parts(parts: Iterable[PartView]) -> None:
    """Draw the score card: each measure, its value, a sentence, and a mark in words where it was judged."""
    st.html(f'<div class="sl-parts" role="list">{"".join(_write_part(part) for part in parts)}</div>')


def _write_part(part: PartView) -> str:
    flag = ""
    if part.good is not None:
        kind, word = ("good", wording.RIGHT) if part.good else ("look", wording.LOOK)
        flag = f'<span class="flag {kind}">{escape(word)}</span>'
    return (
        f'<div class="sl-part" role="listitem"><span class="name">{escape(part.label)}</span> {flag}'
        f"<b>{escape(part.value)}</b><p>{escape(part.sentence)}</p></div>"
    )
