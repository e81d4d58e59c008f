"""How a person finds, checks and confirms a change of the outside world."""
