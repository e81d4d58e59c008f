"""What the screen shows of health endpoints, Prometheus, Alertmanager and status pages."""
