"""One small API over Chromium, stock Firefox ESR and WebKitGTK.

    with open_browser("firefox", authority=ca, scale=2) as browser:
        tab = browser.open(url)
        tab.wait("() => document.body.dataset.engine === 'ready'")

The certificate of the site is really trusted and the page's Content Security Policy really holds:
nothing is bypassed. JavaScript is always one function as text, with plain arguments. Waiting polls
from outside, because a wait inside the page would need `eval`. Lengths are CSS pixels; pictures
are device pixels.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Engine = Literal["chromium", "firefox", "webkit"]
ENGINES: tuple[Engine, ...] = ("chromium", "firefox", "webkit")
Button = Literal["left", "middle", "right"]
BOOT_S = 150  # WebKit took 42 s to boot on a loaded machine with two cores
NEEDED: dict[Engine, dict[str, str]] = {  # program -> Debian package
    "chromium": {"/usr/bin/chromium": "chromium", "certutil": "libnss3-tools"},
    "firefox": {"/usr/bin/firefox-esr": "firefox-esr", "certutil": "libnss3-tools"},
    "webkit": {"/usr/bin/WebKitWebDriver": "webkit2gtk-driver", "Xvfb": "xvfb"},
}


@dataclass(frozen=True, slots=True)
class Launch:
    """What a driver needs to start one browser."""

    engine: Engine
    home: Path
    authority: Path
    scale: float
    size: tuple[int, int]
    proxy: str = ""
    device: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One line of a page's console, or an exception that nobody caught."""

    kind: str
    text: str


class NoAnswer(RuntimeError):
    """The driver lost what the page answered; whether the function ran is not known."""


class Driver(Protocol):
    """What Playwright and Selenium must both give. A page is whatever the driver says it is."""

    version: str
    messages: list[Message]
    requests: list[str]

    def new_page(self) -> Any: ...
    def close_page(self, page: Any) -> None: ...
    def goto(self, page: Any, url: str) -> None: ...
    def reload(self, page: Any) -> None: ...
    def evaluate(self, page: Any, function: str, arguments: Sequence[Any]) -> Any: ...
    def picture(self, page: Any) -> bytes: ...
    def fill(self, page: Any, selector: str, text: str) -> None: ...
    def click(self, page: Any, selector: str) -> None: ...
    def press(self, page: Any, key: str) -> None: ...
    def drag(self, page: Any, path: Sequence[tuple[float, float]], stroke: "Stroke") -> None: ...
    def lift(self, page: Any) -> None: ...
    def wheel(self, page: Any, at: tuple[float, float], dy: int) -> None: ...
    def forget(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a drag is made: the button, a key held down, and whether the button comes up again."""

    button: Button = "left"
    holding: str = ""
    release: bool = True


class Tab:
    """One page of a browser."""

    def __init__(self, driver: Driver, page: Any) -> None:
        self.driver = driver
        self.page = page

    def goto(self, url: str) -> None:
        self.driver.goto(self.page, url)

    def reload(self) -> None:
        self.driver.reload(self.page)

    def back(self) -> None:
        """Press Back. It returns at once: a page from the cache raises no load event."""
        self.js("() => { setTimeout(() => history.back(), 0); }")

    def js(self, function: str, *arguments: Any) -> Any:
        """Call a function, given as text, in the page; what gives a promise begins with async."""
        return self.driver.evaluate(self.page, function, arguments)

    def wait(
        self, function: str, *arguments: Any, limit_s: float = 60, every_s: float = 0.1
    ) -> Any:
        """Poll a function until it gives something true, and return that.

        Raises:
            TimeoutError: it did not within `limit_s`; the message holds the state of the page.
        """
        end, value = time.monotonic() + limit_s, None
        while True:
            with suppress(NoAnswer):  # what only looks may be asked again
                value = self.js(function, *arguments)
            if value:
                return value
            if time.monotonic() > end:
                raise TimeoutError(f"{function} in {limit_s} s; page: {self.js(STATE)}")
            time.sleep(every_s)

    def picture(self) -> NDArray[np.uint8]:
        """What stands in the window: (height, width, 3), device pixels."""
        from tests.support.screens import pixels  # noqa: PLC0415  (Pillow only where needed)

        return pixels(self.driver.picture(self.page))

    def png(self) -> bytes:
        return self.driver.picture(self.page)

    def fill(self, selector: str, text: str) -> None:
        self.driver.fill(self.page, selector, text)

    def click(self, selector: str) -> None:
        self.driver.click(self.page, selector)

    def press(self, *keys: str) -> None:
        """Press keys one after another, by their DOM names; Shift+Tab is one key."""
        for key in keys:
            self.driver.press(self.page, key)

    def drag(
        self,
        start: tuple[float, float],
        by: tuple[float, float],
        button: Button = "left",
        *,
        holding: str = "",
        steps: int = 6,
        release: bool = True,
    ) -> None:
        """Press a button at a place, move it in equal steps, and let it go."""
        (x, y), (dx, dy) = start, by
        path = [(x + dx * step / steps, y + dy * step / steps) for step in range(steps + 1)]
        self.driver.drag(self.page, path, Stroke(button, holding, release))

    def lift(self) -> None:
        """Let the left button go."""
        self.driver.lift(self.page)

    def wheel(self, at: tuple[float, float], dy: int) -> None:
        self.driver.wheel(self.page, at, dy)

    def close(self) -> None:
        self.driver.close_page(self.page)


# One line about where the page stands, for a failure's message.
STATE = """() => JSON.stringify({url: location.pathname, ...document.body?.dataset,
  viewport: {...document.querySelector('dicom-viewport')?.dataset},
  alert: document.querySelector('[role=alert]')?.textContent?.slice(0, 200)})"""


class Browser:
    """One running browser with a home folder of its own."""

    def __init__(self, driver: Driver, launch: Launch) -> None:
        self.driver = driver
        self.engine = launch.engine
        self.scale = launch.scale
        self.home = launch.home

    @property
    def version(self) -> str:
        return self.driver.version

    @property
    def messages(self) -> list[Message]:
        """Console lines of all tabs so far; always empty in WebKit, whose driver has none."""
        return self.driver.messages

    @property
    def requests(self) -> list[str]:
        """Addresses that all tabs and workers asked for; always empty in WebKit."""
        return self.driver.requests

    def open(self, url: str = "") -> Tab:
        tab = Tab(self.driver, self.driver.new_page())
        if url:
            tab.goto(url)
        return tab

    def forget(self) -> None:
        """Drop all cookies."""
        self.driver.forget()


def missing(engine: Engine) -> str:
    """One line that says what this machine lacks for an engine; "" when it lacks nothing."""
    packages = [name for path, name in NEEDED[engine].items() if shutil.which(path) is None]
    if not packages:
        return ""
    install = "apt-get install --no-install-recommends " + " ".join(packages)
    return f"{engine} cannot be driven here: {install}"


@contextmanager
def open_browser(
    engine: Engine,
    authority: Path,
    *,
    scale: float = 1,
    size: tuple[int, int] = (1280, 800),
    proxy: str = "",
    device: str = "",
) -> Iterator[Browser]:
    """Start a browser with an empty profile; it and its profile are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="diascope-browser-"))
    launch = Launch(engine, home, authority, scale, size, proxy, device)
    driver = _driver(launch)
    try:
        yield Browser(driver, launch)
    finally:
        driver.close()
        shutil.rmtree(home, ignore_errors=True)


def _driver(launch: Launch) -> Driver:
    if launch.engine == "webkit":
        from tests.support.driver_webkit import WebKitDriver  # noqa: PLC0415  (needs Selenium)

        return WebKitDriver(launch)
    from tests.support.driver_playwright import PlaywrightDriver  # noqa: PLC0415

    return PlaywrightDriver(launch)
