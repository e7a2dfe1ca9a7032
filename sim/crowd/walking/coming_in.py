"""How people get into the picture: through a door when it is free, or already at their first stop."""

import math
from collections.abc import Sequence

from sim.crowd.people.people import Aid
from sim.crowd.places.errands import Act, Away, Stop
from sim.crowd.places.routes import RouteMap
from sim.crowd.walking.acting import Acting
from sim.crowd.walking.arriving import Arriving
from sim.crowd.walking.avoidance import is_free
from sim.crowd.walking.gates import Gates
from sim.crowd.walking.hours import Hours
from sim.crowd.walking.jams import Jams
from sim.crowd.walking.manners import Manners
from sim.crowd.walking.setting_out import SettingOut
from sim.crowd.walking.steering import Steering
from sim.crowd.walking.walker import Mode, Walker
from sim.site.model import PointXY, WalkNode

_DOOR_GAP_M = 0.65
_JAMB_M = 0.5
_JAMB_MARGIN_M = 0.25
_FIRST_GAP_M = 0.03
_RINGS = 12


class ComingIn:
    """Lets people in whose time has come."""

    def __init__(
        self,
        routes: RouteMap,
        walkers: Sequence[Walker],
        *,
        gates: Gates,
        jams: Jams,
        acting: Acting,
        steering: Steering,
        setting_out: SettingOut,
        arriving: Arriving,
        step_s: float,
        manners: Manners,
        hours: Hours,
    ) -> None:
        self._routes = routes
        self._walkers = walkers
        self._gates = gates
        self._jams = jams
        self._acting = acting
        self._steering = steering
        self._setting_out = setting_out
        self._arriving = arriving
        self._step_s = step_s
        self._manners = manners
        self._hours = hours

    def come_in(self, walker: Walker, now_s: float) -> None:
        """Let a person in, unless somebody is in their door: then they try again at the next step."""
        if walker.door_id is None:
            self._begin_inside(walker, now_s)
            return
        if not self._hours.is_open(walker.door_id, now_s):
            return
        node_id = self._routes.get_door_node(walker.door_id)
        node = self._routes.nodes[node_id]
        at = self._draw_place(walker, node)
        ground = self._routes.grounds[node.floor]
        z_m = ground.elevation_m + node.z_m
        gate = self._find_gate_of_door(node_id)
        is_clear = is_free(self._walkers, at, z_m=z_m, gap_m=_DOOR_GAP_M, but=walker)
        if not is_clear or (gate is not None and not self._gates.ask(gate, walker, now_s)):
            self._jams.note(f"door {walker.door_id}", walker, self._step_s)
            return
        walker.floor, walker.at, walker.z_m, walker.velocity = node.floor, at, z_m, (0.0, 0.0)
        self._finish_away(walker, now_s)
        self._setting_out.begin(walker, now_s)
        if walker.mode is Mode.WALKING:
            walker.velocity = self._steering.wish(walker, now_s)

    def _draw_place(self, walker: Walker, node: WalkNode) -> PointXY:
        """Return where in a wide door somebody comes in; a narrow one has its middle only."""
        angle = float(walker.rng.uniform(0, 2 * math.pi))
        spread = max(0.0, node.width_m / 2 - _JAMB_M)
        at = (
            round(node.at[0] + spread * math.cos(angle) * 0.3, 6),
            round(node.at[1] + spread * math.sin(angle), 6),
        )
        if spread and not self._routes.grounds[node.floor].is_clear(node.at, at, margin_m=_JAMB_MARGIN_M):
            return node.at
        return at

    def _begin_inside(self, walker: Walker, now_s: float) -> None:
        errand = walker.current
        assert isinstance(errand, Stop | Act)
        walker.floor, walker.at = errand.spot.place.floor, errand.spot.place.at
        walker.z_m = self._routes.grounds[walker.floor].compute_height_m(walker.at)
        if isinstance(errand, Act):
            self._arriving.begin_act(walker, errand, now_s)
            return
        if errand.spot.seat_at is not None and walker.itinerary.person.aid is not Aid.WHEELCHAIR:
            walker.at = errand.spot.seat_at
        if self._manners.takes_turns:
            walker.at = self._find_free_place(walker)
        self._arriving.begin_stop(walker, errand, now_s, share=walker.itinerary.left_share)
        walker.mode = Mode.STAYING
        if walker.spot is not None:
            walker.pose = errand.spot.pose

    def _find_free_place(self, walker: Walker) -> PointXY:
        """Return where a person may stand at the start: at their spot, or as near to it as nobody is."""
        ground = self._routes.grounds[walker.floor]
        gap_m = self._manners.gap_m + _FIRST_GAP_M
        for ring in range(_RINGS):
            for turn in range(max(1, 6 * ring)):
                angle, out_m = 2 * math.pi * turn / max(1, 6 * ring), 0.3 * ring
                x, y = walker.at[0] + out_m * math.cos(angle), walker.at[1] + out_m * math.sin(angle)
                at = (round(x, 6), round(y, 6))
                if not is_free(self._walkers, at, z_m=walker.z_m, gap_m=gap_m, but=walker):
                    continue
                if ring == 0 or ground.is_clear(walker.at, at, margin_m=_JAMB_MARGIN_M):
                    return at
        return walker.at

    def _finish_away(self, walker: Walker, now_s: float) -> None:
        before = walker.itinerary.errands[walker.errand - 1] if walker.errand else None
        if isinstance(before, Away):
            walker.wear(before.look)
            self._acting.end(before.event_id, walker, now_s)

    def _find_gate_of_door(self, node_id: str) -> str | None:
        for neighbor in sorted(self._routes.graph.neighbors(node_id)):
            if self._routes.is_gate(neighbor):
                return str(neighbor)
        return None
