"""The real server on temporary data, who sends to it, and what a trial is."""
