"""The web around the practice world: health endpoints, Prometheus, Alertmanager, and somebody's status page."""
