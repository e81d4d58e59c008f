"""Sees what changes outside and offers it to the incident log, quietly; and who is there to see it."""
