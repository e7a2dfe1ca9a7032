"""What every bench measures with: figures, the app in a process of its own, a browser."""
