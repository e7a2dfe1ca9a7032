"""How large vehicles are, and their colours."""

from sim.crowd.people.vehicle_track import Kind

SIZES_M = {Kind.BUS: (11.0, 2.5), Kind.SEDAN: (4.8, 1.9), Kind.SUV: (4.8, 1.9), Kind.VAN: (5.1, 1.9)}
"""Length and width."""

DOOR_BEHIND_FRONT_M = {Kind.BUS: 2.0, Kind.SEDAN: 2.6, Kind.SUV: 2.6, Kind.VAN: 2.8}
"""From the front to the middle of the door that people use."""

PAINTS = (
    (0.30, 0.31, 0.32),
    (0.02, 0.03, 0.07),
    (0.24, 0.02, 0.02),
    (0.45, 0.45, 0.43),
    (0.03, 0.07, 0.05),
    (0.10, 0.10, 0.11),
)
"""Linear RGB that cars come in."""
