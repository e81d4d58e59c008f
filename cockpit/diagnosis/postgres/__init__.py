"""Rules about Postgres servers."""
