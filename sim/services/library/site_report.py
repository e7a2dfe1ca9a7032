"""What the cameras of a site show and what they miss, for people who plan cameras or drills."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.site.blind import CoverageReport, make_coverage_report
from sim.site.model import Site, load_site

__all__ = ["CoverageReport", "describe_coverage", "load_site", "make_coverage_report", "write_coverage_table"]


def describe_coverage(folder: Path) -> dict[str, Any]:
    """Return the coverage report of a site folder as plain JSON. Raises SiteError."""
    return asdict(make_coverage_report(load_site(folder)))


def write_coverage_table(site: Site, report: CoverageReport) -> str:
    """Return the report as text: what each camera shows, then the blind stretches, longest walk first."""
    names = {space.zone_id: space.name for space in site.spaces}
    doors = {opening.door_id: opening.name for opening in site.openings}
    lines = [
        f"{site.name}: {report.ways_m:.0f} m of ways, {report.unseen_share:.0%} of them on no camera",
        "",
        f"{'camera':<8} {'shows':>7}  name",
    ]
    lines += [f"{c.camera_id:<8} {report.seen_m[c.camera_id]:>5.0f} m  {c.name}" for c in site.cameras]
    lines += ["", "blind gaps of a meter or more, longest walk first"]
    for stretch in report.stretches:
        where = ", ".join(names.get(zone, zone) for zone in stretch.zones) or "between zones"
        unseen = f"; doors: {', '.join(doors[d] for d in stretch.doors)}" if stretch.doors else ""
        between = f"; next on {', '.join(stretch.cameras)}" if stretch.cameras else ""
        lines.append(f"{stretch.walking_s:>6.1f} s {stretch.length_m:>6.1f} m  {where}{between}{unseen}")
    return "\n".join(lines)
