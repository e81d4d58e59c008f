"""Panes whose source is shown page by page: tabs, a table, and a text behind each row."""
