"""Messages to people: planned, sent, and judged by what the target answers."""
