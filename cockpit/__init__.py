"""One terminal screen for the first hour of an incident."""

__version__ = "0.1.0"
