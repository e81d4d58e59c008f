"""What AWS says, read only."""
