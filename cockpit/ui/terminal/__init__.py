"""The way to the terminal: what it can do, and what of a frame is sent to it."""
