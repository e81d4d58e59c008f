"""What the screen shows of AWS accounts."""
