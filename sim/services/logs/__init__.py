"""What the program writes about itself: JSON lines that name no person and hold no key."""
