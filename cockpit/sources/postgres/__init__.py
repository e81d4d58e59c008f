"""Postgres servers, read only."""
