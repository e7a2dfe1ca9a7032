"""The timed attempt as a state machine over an event log: events, replay, interruptions, what its console offers."""
