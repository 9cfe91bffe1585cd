"""The Diascope engine: pure functions from stored DICOM bytes to screen pixels.

The same files run in CPython, in Pyodide under Node and in every browser, and give the same
bytes. Nothing here does input or output, and nothing here holds a cryptographic key.
"""

__version__ = "0.1.0"
