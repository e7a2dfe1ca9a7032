"""Before and after training compared, as pages and files show it."""
