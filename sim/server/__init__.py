"""The server: put together, started, kept going, with what Streamlit runs for every page."""
