"""All tables of a comparison in the order of the report; the page, the report and the download hold the same."""

from sim.services.comparison.view import ComparisonView
from sim.text.tables import TextTable


def list_tables(view: ComparisonView) -> tuple[TextTable, ...]:
    further = (view.task_types, view.schools, view.learning, view.retention)
    tables = (
        view.time_table,
        view.share_table,
        view.at_risk_table,
        view.accuracy_table,
        *(each.table for each in further if each is not None),
        view.people_table,
        view.left_out_table,
        view.details_table,
    )
    return tuple(table for table in tables if table.rows and len(table.header) > 1)
