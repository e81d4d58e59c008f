"""A Kubernetes cluster, read only: pods, their metrics and their logs."""
