"""The incident on the screen: what is asked about it, and what it shows."""
