"""What HTTP tells: health endpoints, Prometheus, Alertmanager, status pages of others."""
