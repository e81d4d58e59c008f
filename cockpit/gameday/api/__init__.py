"""An HTTP API server that speaks as much Kubernetes as the cockpit and kubectl need."""
