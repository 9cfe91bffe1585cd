"""Texts of a file that would be script, formulas or invisible are text on every surface.

The page's policy with Trusted Types is in force, so what would run would also be reported.
"""

from collections.abc import Callable, Iterator

import pytest

from tests.hostile.families.texts import FORMULAS, HIDDEN, SCRIPTS
from tests.support import phantoms
from tests.support.phantoms import Image, ramp
from tests.web.site import Site
from tests.web.viewer import Viewer

# In a value of several the backslash parts them; padding is not text.
PLAIN = [text for text in (*SCRIPTS, *FORMULAS) if "\\" not in text]
INVISIBLE = {f"Do{c}e {name}": f"Do<U+{ord(c):04X}>e {name}" for name, c in HIDDEN.items()}
EXPECTED = {text[:64]: text[:64] for text in PLAIN} | INVISIBLE
PATIENT = "<img src=x onerror=alert(1)>\u202e^A"
WATCH = """() => {
  window.violations = [];
  addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
  window.alert = () => violations.push('a script ran');
}"""
STRIP = "() => document.querySelector('series-strip').textContent"
FOREIGN = """() => document.querySelectorAll(`study-viewer script, iframe, object, embed, base,
  dicom-viewport img, series-strip img, [onerror], [onload], [onfocus]`).length"""


def files() -> Iterator[bytes]:
    """One study of one patient with a series for each text."""
    for n, text in enumerate(EXPECTED):
        extra = {
            0x00080005: ("CS", "ISO_IR 192"), 0x00100010: ("PN", PATIENT.encode()),
            0x00100020: ("LO", PATIENT.encode()), 0x00081030: ("LO", PATIENT.encode()),
            0x0008103E: ("LO", text.encode()), 0x00080080: ("LO", text.encode()),
        }  # fmt: skip
        data = phantoms.file(Image(ramp((1, 16, 16)), extra=extra))
        data = data.replace(phantoms.STUDY.encode(), b"1.2.826.0.7.1")
        for uid, kind in ((phantoms.SERIES, 8), (phantoms.SOP, 9)):
            data = data.replace(uid.encode(), f"1.2.{kind}.{n + 1_000_000}".encode())
        yield data


@pytest.fixture(scope="session")
def texts_site(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("texts")
    paths = []
    for n, data in enumerate(files()):
        paths.append(folder / f"{n}.dcm")
        paths[-1].write_bytes(data)
    site.ingest({"texts": paths})
    return site


@pytest.mark.requirement("security row 18", "security row 19", "security row 21")
def test_texts_of_a_file_are_text_on_the_page(
    texts_site: Site, signed_in: Callable[[], Viewer]
) -> None:
    viewer = signed_in()
    viewer.tab.js(WATCH)
    viewer.tab.wait("(text) => document.body.innerText.includes(text)", "onerror=alert(1)>")
    viewer.open(texts_site.studies["texts"].handle)
    strip = viewer.tab.js(STRIP)

    assert [] == [text for text in EXPECTED.values() if text not in strip]
    assert "<U+202E>" in viewer.tab.js("() => document.body.textContent")
    assert 0 == viewer.tab.js(FOREIGN)
    assert [] == viewer.tab.js("() => window.violations")
