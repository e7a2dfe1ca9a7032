"""Learning systems of a school or district: launches from them (LTI 1.3), names and roles, and results to them."""
