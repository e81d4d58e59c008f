"""Pure rules: readings in, findings out."""
