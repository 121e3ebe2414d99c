"""Runs -> findings: pairing, intervals and tests, outcomes, subgroups, errors, cost."""
