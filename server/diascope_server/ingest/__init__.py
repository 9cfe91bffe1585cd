"""Files into the store: read with limits, cut into parts, sealed, listed in a signed manifest.

The only part of the server that looks inside a file. It runs in a process of its own, limited in
memory, never in the one that answers browsers.
"""
