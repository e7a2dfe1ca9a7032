"""Following one student over all cameras."""
