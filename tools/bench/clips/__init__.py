"""What importing clips of a school's own cameras costs, and how well heads are covered."""
