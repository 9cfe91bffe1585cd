"""Hostile files: a generator with its expected outcomes, and the runs that hold the engine to them."""
