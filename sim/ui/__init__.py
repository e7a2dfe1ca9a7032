"""Streamlit pages, the console component, HTTP routes, theme and wording."""
