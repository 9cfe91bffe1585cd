"""The runtime bundle: what the browser's worker runs, built from pinned digests.

    lock -> obtain -> trim -+
                            +-> bundle -> build/runtime/<sha256>/<name>, bundle.json
    engine_zip -------------+

`make runtime` runs it. Nothing here is part of the serving process.
"""
