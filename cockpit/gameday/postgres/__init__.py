"""A real PostgreSQL on loopback, and the workloads that use it."""
