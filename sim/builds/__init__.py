"""What is made in the background: one queue in the database, one worker, one answer to how far it is."""
