"""The incident report: what the entries say, computed once, and written as Markdown, HTML or JSON."""
