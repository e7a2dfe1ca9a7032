"""Everything a comparison shows as files: a ZIP of its tables as CSV, with the whole comparison as JSON beside them."""

import io
import json
import zipfile
from datetime import datetime

from sim import __version__
from sim.compare.content.comparison import Comparison
from sim.services.comparison.files import comparison_as_data
from sim.services.comparison.report.tables import list_tables
from sim.services.comparison.view import ComparisonView
from sim.text.tables import write_table_csv

SCHEMA_VERSION = 1


def write_comparison_json(comparison: Comparison, view: ComparisonView, *, fingerprint: str) -> bytes:
    """Return the comparison with its numbers, and every table as shown, as JSON.

    Keys: `schema_version`, `program`, `fingerprint` of the table of attempts, `comparison` as `sim compare` prints it,
    `tables` by name, each with `header` and `rows` of text.
    """
    data = {
        "schema_version": SCHEMA_VERSION,
        "program": f"Sightline {__version__}",
        "fingerprint": fingerprint,
        "comparison": comparison_as_data(comparison),
        "tables": {table.name: {"header": table.header, "rows": table.rows} for table in list_tables(view)},
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8")


def write_bundle(comparison: Comparison, view: ComparisonView, *, fingerprint: str, made_at: datetime) -> bytes:
    """Return the ZIP; the same comparison and time give the same bytes."""
    stamp = (*made_at.timetuple()[:5], made_at.second // 2 * 2)
    files = {f"{table.name}.csv": write_table_csv(table) for table in list_tables(view)}
    files["comparison.json"] = write_comparison_json(comparison, view, fingerprint=fingerprint)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return packed.getvalue()
