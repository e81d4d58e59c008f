"""What is wrong, in sentences."""
