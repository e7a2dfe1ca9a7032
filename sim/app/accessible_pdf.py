"""A PDF that screen readers can read (PDF/UA-1), set by Typst. The same content gives the same bytes."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sim.errors import ReportError
from sim.text.words import FONTS

INSTEAD: Final = "download the tables instead"


def compile_pdf(template: Path, content: Mapping[str, Any], *, what: str, at: datetime) -> bytes:
    """Return what a template makes of its content; texts reach Typst as data, never as markup."""
    import typst  # noqa: PLC0415 - loaded with the first PDF

    data = json.dumps(content, ensure_ascii=False)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    try:
        compiler = typst.Compiler(template, root=template.parent, font_paths=fonts, sys_inputs={"content": data})
        pdf = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=int(at.timestamp()))
    except typst.TypstError as error:
        raise ReportError(
            f"the {what} could not be set: {error.message}",
            expected=f"a {what} that screen readers can read",
            todo=f"{INSTEAD}, and report this",
        ) from error
    if not isinstance(pdf, bytes):
        raise ReportError(f"the {what} could not be set: no file came back", todo=INSTEAD)
    return pdf
