"""What people are told of an incident: templates, filled from what the log knows."""
