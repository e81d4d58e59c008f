"""Runs the commands of a runbook: once, bounded, with what they said."""
