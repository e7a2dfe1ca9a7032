"""What the trainer's session page draws: set-up, join screen, board, people, results."""
