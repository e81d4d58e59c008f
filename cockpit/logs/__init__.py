"""Log lines: kept, searched, drawn from bytes that nobody trusts."""
