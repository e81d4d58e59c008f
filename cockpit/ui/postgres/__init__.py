"""What the screen shows of Postgres servers."""
