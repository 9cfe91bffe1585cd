"""What a person does with the page, in its own terms: sign in, open, scroll, window, zoom."""

import base64
import time
from dataclasses import dataclass

import pyotp

from tests.support.browsers import BOOT_S, Tab
from tests.support.server import Person

VIEWPORT = 'dicom-viewport[data-viewport="1"]'
SHOWN_S = BOOT_S + 90  # the engine may still be starting; then a CR in WebKit, on a loaded machine
QUIET_S = 0.35  # more than the time after which a view counts as settled

PAGE = "(name) => document.body?.dataset.page === name"
SOME_PAGE = """() => ['sign-in', 'studies', 'viewer'].find((name) => document.querySelector(
  {'sign-in': 'sign-in button', 'studies': 'study-list', 'viewer': 'study-viewer'}[name]))"""
READY = """() => { const {page, engine} = document.body.dataset;
  return engine === 'ready' || engine === 'failed' ? engine : '' }"""
DATA = f"""() => ({{...document.querySelector('{VIEWPORT}')?.dataset}})"""
CANVAS = f"""async () => {{
  const canvas = document.querySelector('{VIEWPORT} .image > canvas');
  if (!canvas || canvas.hidden) return null;
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const pen = copy.getContext('2d');
  pen.drawImage(canvas, 0, 0);
  const {{data}} = pen.getImageData(0, 0, copy.width, copy.height);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  const box = canvas.getBoundingClientRect();
  return {{width: copy.width, height: copy.height, left: box.left, top: box.top,
    across: box.width, down: box.height, ratio: devicePixelRatio,
    sha256: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}};
}}"""
REGION = f"""(left, top, width, height) => {{
  const canvas = document.querySelector('{VIEWPORT} .image > canvas');
  const copy = document.createElement('canvas');
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const pen = copy.getContext('2d');
  pen.drawImage(canvas, 0, 0);
  const {{data}} = pen.getImageData(left, top, width, height);
  let text = '';
  for (const byte of data) text += String.fromCharCode(byte);
  return btoa(text); }}"""
# Everything that may stand in front of the canvas, as boxes in CSS pixels.
COVERS = f"""() => {{
  const viewport = document.querySelector('{VIEWPORT}');
  const canvas = viewport.querySelector('.image > canvas');
  const isBehind = (one) => one === canvas || one.contains(canvas);
  const seen = Array.from(document.querySelectorAll('body *')).filter((one) => !isBehind(one)
    && one.checkVisibility({{opacityProperty: true, visibilityProperty: true}}));
  const drawn = seen.filter((one) => viewport.contains(one) ? !one.firstElementChild
    || getComputedStyle(one).backgroundColor !== 'rgba(0, 0, 0, 0)' : true);
  return drawn.map((one) => one.getBoundingClientRect()).filter((box) => box.width && box.height)
    .map((box) => [box.left, box.top, box.right, box.bottom]);
}}"""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The pixels on the page's canvas, and its box in CSS pixels."""

    width: int
    height: int
    left: float
    top: float
    across: float
    down: float
    ratio: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A settled view as the page's attributes tell it."""

    generation: int
    position: int
    count: int
    sop: str
    frame: int
    pixel_sha256: str


class Viewer:
    """One tab at the site."""

    def __init__(self, tab: Tab, origin: str) -> None:
        self.tab = tab
        self.origin = origin

    # --- arriving -------------------------------------------------------------------------------

    def arrive(self) -> "Viewer":
        """Open the site as somebody whom it does not know."""
        self.tab.goto(self.origin + "/")
        if self.tab.wait(SOME_PAGE) != "sign-in":
            self.tab.driver.forget()
            self.tab.reload()
            self.tab.wait(f"() => ({SOME_PAGE})() === 'sign-in'")
        return self

    def sign_in(self, person: Person) -> "Viewer":
        """Sign in from the first page and wait for the list of studies."""
        self.arrive()
        self.give_credentials(person)
        self.wait_page("studies")
        return self

    def give_credentials(self, person: Person) -> None:
        self.tab.fill("sign-in input[name=user]", person.user)
        self.tab.fill("sign-in input[name=password]", person.password)
        self.tab.fill("sign-in input[name=totp]", code_of(person))
        self.tab.click("sign-in button[type=submit]")

    def wait_page(self, name: str, limit_s: float = 60) -> None:
        self.tab.wait(PAGE, name, limit_s=limit_s)

    def wait_engine(self) -> str:
        """Wait until the engine has booted or has failed; "ready" or "failed"."""
        return str(self.tab.wait(READY, limit_s=BOOT_S))

    def open(self, handle: str) -> None:
        """Open a study from the list and wait until its first image has settled."""
        self.choose(handle)
        self.settled()

    def choose(self, handle: str) -> None:
        row = f'study-list [data-study="{handle}"]'
        self.tab.wait("(row) => document.querySelector(row) !== null", row)
        self.tab.click(f"{row} td")  # a row has no box of its own for WebKit's driver
        self.wait_page("viewer")

    def back_to_list(self) -> None:
        self.act("back")
        self.wait_page("studies")

    def sign_out(self) -> None:
        self.act("sign-out")
        self.wait_page("sign-in")

    # --- looking --------------------------------------------------------------------------------

    def data(self) -> dict[str, str]:
        return dict(self.tab.js(DATA))

    def wait_state(self, *states: str, limit_s: float = SHOWN_S) -> dict[str, str]:
        wanted = f"""(...states) => {{ const it = document.querySelector('{VIEWPORT}');
          return it && states.includes(it.dataset.state) ? {{...it.dataset}} : null }}"""
        return dict(self.tab.wait(wanted, *states, limit_s=limit_s))

    def settled(self, limit_s: float = SHOWN_S) -> Shown:
        """Wait until the same view has stayed settled for a while, and return it.

        Raises:
            AssertionError: the viewport refused the image.
        """
        last = None
        time.sleep(QUIET_S)  # for what was just done to reach the page
        while True:
            data = self.wait_state("settled", "refused", limit_s=limit_s)
            assert data["state"] == "settled", f"refused: {data.get('code')}"
            now = _shown(data)
            if now == last:
                return now
            last = now
            time.sleep(QUIET_S)

    def carried_on(self) -> Shown:
        """Wait until a new engine shows the image again for which the one before was ended."""
        self.wait_state("loading", "painted", "settled")
        return self.settled()

    def canvas(self) -> Canvas:
        found = self.tab.js(CANVAS)
        assert found is not None, f"no canvas: {self.data()}"
        return Canvas(**found)

    def region(self, left: int, top: int, width: int, height: int) -> bytes:
        """The RGBA bytes of a part of the canvas, in device pixels."""
        return base64.b64decode(self.tab.js(REGION, left, top, width, height))

    def has_picture(self) -> bool:
        return self.tab.js(CANVAS) is not None

    def covers(self) -> list[list[float]]:
        """Boxes of everything that may stand in front of the canvas: CSS pixels, l t r b."""
        return list(self.tab.js(COVERS))

    def alert(self) -> str:
        """What the page says in an alert, all of it."""
        said = "() => [...document.querySelectorAll('[role=alert]')].map((one) => one.innerText)"
        return " ".join(self.tab.js(said)).strip()

    # --- doing ----------------------------------------------------------------------------------

    def act(self, action: str) -> None:
        self.tab.click(f'[data-action="{action}"]')

    def choose_stack(self, number: int) -> None:
        self.tab.click(f'series-strip [data-stack="{number}"]')

    def preset(self, name: str) -> None:
        self.tab.click(f'[data-preset="{name}"]')

    def middle(self) -> tuple[float, float]:
        box = self.tab.js(
            f"""() => {{ const box = document.querySelector('{VIEWPORT} .stage')
              .getBoundingClientRect(); return [box.left, box.top, box.width, box.height] }}"""
        )
        return round(box[0] + box[2] / 2), round(box[1] + box[3] / 2)

    def drag_window(self, dx: int, dy: int) -> None:
        self.tab.drag(self.middle(), (dx, dy))

    def pan(self, dx: int, dy: int) -> None:
        self.tab.drag(self.middle(), (dx, dy), holding="Shift")

    def scroll(self, notches: int) -> None:
        for _ in range(abs(notches)):
            self.tab.wheel(self.middle(), 100 if notches > 0 else -100)


def code_of(person: Person) -> str:
    """The one-time code of this moment; each works once."""
    return str(pyotp.TOTP(person.totp_secret).now())


def _shown(data: dict[str, str]) -> Shown:
    return Shown(
        generation=int(data["generation"]),
        position=int(data["position"]),
        count=int(data["count"]),
        sop=data["sop"],
        frame=int(data["frame"]),
        pixel_sha256=data["pixelSha256"],
    )
