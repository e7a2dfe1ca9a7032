"""Every text that a comparison can show: on the pages, in the files, in the report."""

import dataclasses
import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC

import pypdf

from sim.compare.comparison import Comparison
from sim.features.comparison.handover import ReportExport, write_json, write_tables
from sim.features.comparison.pdf import Panel, list_first_panels, list_further_panels, write_report
from tests.support.fake_clock import NOON


def list_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from list_texts(getattr(value, field.name))
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from list_texts(key)
            yield from list_texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from list_texts(each)


def read_pdf(pdf: bytes) -> str:
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"-\s+(?=\w)", "-", " ".join(text.replace("\u200b", "").split()))


def read_file(body: bytes) -> str:
    if body.startswith(b"%PDF"):
        return read_pdf(body)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            return "\n".join(packed.read(name).decode("utf-8-sig") for name in packed.namelist())
    return body.decode("utf-8-sig")


def list_panels(comparison: Comparison) -> tuple[Panel, ...]:
    return (*list_first_panels(comparison), *list_further_panels(comparison))


def read_shown(handover: ReportExport, *, with_pdf: bool) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(write_tables(handover, made_at=NOON))) as files:
        tables = [files.read(name).decode("utf-8-sig") for name in files.namelist() if name.endswith(".csv")]
    shown = {
        "page": "\n".join(list_texts((handover.comparison.headline, list_panels(handover.comparison)))),
        "json": "\n".join(list_texts(json.loads(write_json(handover)))),
        "csv": "\n".join(tables),
    }
    return {**shown, "pdf": read_pdf(write_report(handover, made_at=NOON, zone=UTC))} if with_pdf else shown
