"""Sightline on a phone's home screen: its icons, the manifest that names them, and the page's links to both."""
