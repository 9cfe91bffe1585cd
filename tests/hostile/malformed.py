"""The malformed files of the reference data: a public fuzzing corpus, outside the project.

Nobody says what each should be; a typed refusal by the bounded reader is right, since all of them
are broken where files are read. The folder is that of DIASCOPE_SHARED.
"""

from tests.hostile.case import refuse
from tests.support import reference_data

FOLDER = reference_data.FOLDER / "malformed-pwnlabmx"
CODES = tuple(
    f"part10.{reason}"
    for reason in ("meta_length", "no_preamble", "vr", "truncated", "length", "order", "uid")
)


def cases():
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            yield refuse(0, path.relative_to(FOLDER).as_posix(), path.read_bytes(), *CODES)
