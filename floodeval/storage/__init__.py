"""Atomic files, locks, the journal, paths of results, caches."""
