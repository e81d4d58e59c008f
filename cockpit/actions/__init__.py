"""The only code that changes anything outside: each change is planned, previewed, confirmed, run once and receipted."""
