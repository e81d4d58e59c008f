"""Rules about health endpoints, Prometheus, Alertmanager and status pages."""
