"""The incident file: entries that are never changed, the state they add up to, and the report made of them."""
