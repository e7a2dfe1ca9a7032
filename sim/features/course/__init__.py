"""Learning by oneself: the course, what a learner has done, and what comes next."""
