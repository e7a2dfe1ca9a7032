"""The search console: a Streamlit component with its own player."""
