"""Small controllers that keep the practice cluster alive, each a simple copy of its namesake in Kubernetes."""
