"""What can be done to a Postgres server: plans, the executor of them, EXPLAIN, and a read-only prompt."""
