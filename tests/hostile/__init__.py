"""Hostile files: a generator with expected outcomes, and the runs that hold the engine to them."""
