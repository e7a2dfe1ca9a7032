"""The debrief's time budget: one bar of patterns, and the table that explains it."""

from html import escape

import streamlit as st

from sim.services.debrief.time import TimeBudgetView, TimeLine

NAMED_FROM = 0.16
"""Parts of the bar at least this wide have their percentage on them."""


def draw_time_budget(view: TimeBudgetView) -> None:
    parts = "".join(_write_part(line) for line in view.lines if line.share > 0)
    rows = "".join(_write_row(line) for line in view.lines)
    label = escape(", ".join(f"{line.name} {line.percent}%" for line in view.lines), quote=True)
    st.html(
        f'<div class="sl-time-bar" role="img" aria-label="{label}">{parts}</div>'
        f'<div class="sl-table sl-time-table"><table><thead><tr><th scope="col">What the time went on</th>'
        f'<th scope="col">Time</th><th scope="col">Share</th></tr></thead><tbody>{rows}'
        f'<tr><th scope="row">All</th><td>{escape(view.total)}</td><td>100%</td></tr></tbody></table></div>'
    )


def _write_part(line: TimeLine) -> str:
    words = f"<b>{line.percent}%</b>" if line.share >= NAMED_FROM else ""
    return f'<span class="sl-use-{escape(line.use)}" style="flex-grow: {line.share:.5f}">{words}</span>'


def _write_row(line: TimeLine) -> str:
    return (
        f'<tr><th scope="row"><span class="sl-swatch sl-use-{escape(line.use)}"></span>{escape(line.name)}'
        f"<small>{escape(line.meaning)}</small></th><td>{escape(line.time)}</td><td>{line.percent}%</td></tr>"
    )
