"""Speed, measured: a module a subject."""
