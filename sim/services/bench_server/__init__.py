"""What one server carries: simulated trainees, whose traffic is a recorded drill's, against the real app."""
