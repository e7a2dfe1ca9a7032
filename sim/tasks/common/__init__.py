"""What the task types share: the protocol, files, answers, simulated use of the console, words."""
