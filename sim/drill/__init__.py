"""The timed attempt as a state machine over an event log; forms and their order."""
