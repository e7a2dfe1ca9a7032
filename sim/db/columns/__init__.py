"""The columns of the tables, a file for each kind of thing; `tables` puts them together."""
