"""Settings of the engine's tests, the same in CPython and in Pyodide."""

from hypothesis import settings

# No deadline, because a busy machine or wasm is slow and not wrong; the same examples each time.
settings.register_profile("engine", deadline=None, derandomize=True, database=None)
settings.load_profile("engine")
