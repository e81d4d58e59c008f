"""Silences of an Alertmanager: made and ended."""
