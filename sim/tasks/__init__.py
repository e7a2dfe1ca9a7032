"""One file per task type: makes a question, checks an answer, names its metrics."""
