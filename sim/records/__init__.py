"""Database, migrations, exports."""
