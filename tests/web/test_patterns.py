"""The test patterns for displays: their code values are the canvas's bytes in each browser."""

import pytest

from tests.web.proof import Look, disagreements, look
from tests.web.site import Site
from tests.web.viewer import Viewer

PATTERNS = 3


@pytest.mark.requirement("IMG-09", "IMG-10")
def test_code_values_reach_the_canvas_unaltered(reader: Viewer, site: Site) -> None:
    """At 1:1 each pattern's canvas is the file's own values, by an oracle that only reads them.

    That the files hold the values of the reports, all 256 of them, is an engine test.
    """
    reader.open(site.studies["patterns"].handle)
    looks: list[Look] = []
    for number in range(PATTERNS):
        reader.choose_stack(number)
        reader.settled()  # what is pressed before it stands there is for the image before
        reader.act("one-to-one")
        looks.append(look(reader, at_window=number == 0))
    reader.back_to_list()
    assert {} == disagreements(looks, site)
    assert PATTERNS == len({one.shown.sop for one in looks})
    assert {"one_to_one"} == {
        site.wait_view(one.shown.sop, 1, one.shown.pixel_sha256)["presentation"]["mode"]
        for one in looks
    }
