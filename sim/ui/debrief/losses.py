"""The debrief's table of losses: where the student went next, what was opened instead, and what the plan has next."""

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from sim.tasks.common.moment_words import LossView
from sim.ui.page import wording
from sim.ui.parts.blocks import draw_quiet


def draw_losses(losses: Sequence[LossView]) -> None:
    """Draw the section. The sentences stand with the moments; here is what to compare."""
    draw_quiet(wording.LOSSES_NOTE)
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in wording.LOSSES_COLUMNS)
    rows = "".join(_write_row(loss) for loss in losses)
    label = escape(wording.DEBRIEF_LOSSES, quote=True)
    st.html(
        f'<div class="sl-table sl-losses" role="region" aria-label="{label}" tabindex="0"><table><thead><tr>{heads}'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _write_row(loss: LossView) -> str:
    cells = _write_cells(
        (
            loss.unseen,
            f"{loss.then}, {loss.then_clock} ({loss.outcome})",
            loss.opened or wording.LOSSES_NONE_OPENED,
            loss.offered or wording.LOSSES_NONE_OFFERED,
        )
    )
    return f'<tr><th scope="row">{escape(loss.after)}, {escape(loss.after_clock)}</th>{cells}</tr>'


def _write_cells(texts: Iterable[str]) -> str:
    return "".join(f"<td>{escape(text)}</td>" for text in texts)
