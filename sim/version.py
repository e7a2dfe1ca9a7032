"""The version of Sightline."""

VERSION = "0.1.0"
