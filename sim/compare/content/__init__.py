"""What a comparison holds, and the words it may use."""
