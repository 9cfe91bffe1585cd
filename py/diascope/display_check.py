"""What somebody measured of a display: its darkest and brightest luminance, and who, and when.

Kept in the record beside the views that the display showed. The numbers are the tester's: nothing
here says that a display is good enough. Standard: PS3.14 7.2; AAPM Report 270, luminance ratio.
"""

import re
from dataclasses import dataclass
from fractions import Fraction

from diascope import exact, gsdf
from diascope.errors import DisplayError, PresentationError

MAX_TEXT = 64
RATIO_DIGITS = 1
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class DisplayCheck:
    """One check; luminances in cd/m2 as decimal strings, ambient light included."""

    display: str
    least_cd_m2: str
    greatest_cd_m2: str
    tester: str
    date: str

    @property
    def ratio(self) -> str:
        """The luminance ratio, cut to one decimal."""
        share = exact.fraction(self.greatest_cd_m2) / exact.fraction(self.least_cd_m2)
        return exact.fixed_text(int(share * 10**RATIO_DIGITS), RATIO_DIGITS)

    @property
    def noticeable_steps(self) -> int:
        """How many just noticeable differences lie between both. Standard: PS3.14 7.1."""
        low, high = float(self.least_cd_m2), float(self.greatest_cd_m2)
        return int(gsdf.jnd_index(high) - gsdf.jnd_index(low))


def checked(check: DisplayCheck) -> DisplayCheck:
    """Return the check if a record may hold it.

    Raises:
        DisplayError: `name`, `date` or `luminance`; `jnd`, a luminance that the display function
            does not reach.
    """
    for name in (check.display, check.tester):
        if not (0 < len(name) <= MAX_TEXT and name.isprintable()):
            raise DisplayError("name", f"names have 1 to {MAX_TEXT} characters")
    if not _DATE.fullmatch(check.date):
        raise DisplayError("date", "a date is written 2026-01-31")
    least, greatest = _luminance(check.least_cd_m2), _luminance(check.greatest_cd_m2)
    if not 0 < least < greatest:
        raise DisplayError("luminance", "the brightest is not above the darkest")
    gsdf.jnd_index(float(least))
    gsdf.jnd_index(float(greatest))
    return check


def _luminance(text: str) -> Fraction:
    try:
        return exact.fraction(text)
    except PresentationError:
        raise DisplayError("luminance", "a luminance is not a number") from None
