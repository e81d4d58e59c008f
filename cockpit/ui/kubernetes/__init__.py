"""What a cluster holds, kind by kind."""
