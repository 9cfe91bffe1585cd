"""`diascope render` many times in one process: reads lists of words, writes one answer a line.

It is the command itself that runs, in CPython, in a process of its own because it limits its own
memory. One start of the interpreter serves a whole case.
"""

import contextlib
import io
import json
import sys

from diascope_server.cli import main


def run(words: list[str]) -> str:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        status = main(words)
    assert status == 0, told.getvalue()
    return told.getvalue()


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(run(json.loads(line)))
