"""The column type of a console profile: a name, or what the console of a file offers."""

from sqlalchemy import String

from sim.text.consoles import LONGEST

Profile = String(16).with_variant(String(LONGEST), "postgresql")
"""SQLite holds no text to a length, so what was made there with 16 stays."""
