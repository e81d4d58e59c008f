"""The outside world, read only."""
