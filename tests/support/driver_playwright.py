"""Chromium over its own protocol and stock Firefox over WebDriver BiDi, both by Playwright."""

import hashlib
import os
import time
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.support.browsers import Launch, Message, Stroke
from tests.support.trust import nss_database

# The browsers' own errands. They are not requests of the page, and a test that counts what leaves
# the machine must not see them.
CHROMIUM_QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-pings",
]
FIREFOX_QUIET = {
    "app.normandy.enabled": False,
    "browser.region.network.url": "",
    "browser.safebrowsing.downloads.remote.enabled": False,
    "captivedetect.canonicalURL": "",
    "dom.push.connection.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "data:,",
}
# Playwright puts this style into a Firefox page for a moment at every screenshot, whatever it is
# told, and the page's policy rightly reports it.
SCREENSHOT_STYLE = b64encode(hashlib.sha256(b"body {}").digest()).decode()
FIREFOX_BARS = 86  # height of the window's own bars, which headless Firefox counts in


class Shared:
    """The one Playwright of this process, which allows no second, while any browser uses it."""

    running: Playwright | None = None
    users = 0

    @classmethod
    def take(cls) -> Playwright:
        cls.running = cls.running or sync_playwright().start()
        cls.users += 1
        return cls.running

    @classmethod
    def give_back(cls) -> None:
        cls.users -= 1
        if cls.users == 0 and cls.running is not None:
            cls.running.stop()
            cls.running = None


class PlaywrightDriver:
    """A persistent context with its own home, real device pixels and a trusted authority."""

    def __init__(self, launch: Launch) -> None:
        self.launch = launch
        self.messages: list[Message] = []
        self.requests: list[str] = []
        playwright = Shared.take()
        try:
            self.context = _START[launch.engine](playwright, launch)
        except BaseException:
            Shared.give_back()
            raise
        self.context.set_default_timeout(60_000)
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.context.on("console", lambda line: self._note(line.type, line.text))
        self.context.on("weberror", lambda fault: self._note("pageerror", str(fault.error)))
        self.first = list(self.context.pages)
        self.version = self.context.browser.version if self.context.browser else _version(launch)

    def _note(self, kind: str, text: str) -> None:
        if SCREENSHOT_STYLE not in text:
            self.messages.append(Message(kind, text[:500]))

    def new_page(self) -> Page:
        page = self.first.pop() if self.first else self.context.new_page()
        if self.launch.engine == "chromium" and not self.launch.device:
            self._resize(page)
        return page

    def _resize(self, page: Page) -> None:
        """Make the page itself, not the window with its bars, as large as asked."""
        inner = page.evaluate("() => [innerWidth, innerHeight]")
        if tuple(inner) == self.launch.size:
            return
        session = self.context.new_cdp_session(page)
        window = session.send("Browser.getWindowForTarget")
        bounds = {
            name: window["bounds"][name] + wanted - has
            for name, wanted, has in zip(("width", "height"), self.launch.size, inner, strict=True)
        }
        session.send("Browser.setWindowBounds", {"windowId": window["windowId"], "bounds": bounds})
        session.detach()

    def close_page(self, page: Page) -> None:
        if len(self.context.pages) == 1:  # the browser ends with its last page
            self.first.append(self.context.new_page())
        page.close()

    def goto(self, page: Page, url: str) -> None:
        page.goto(url)

    def reload(self, page: Page) -> None:
        page.reload()

    def evaluate(self, page: Page, function: str, arguments: Sequence[Any]) -> Any:
        return page.evaluate(f"(given) => ({function})(...given)", list(arguments))

    def picture(self, page: Page) -> bytes:
        # The defaults would put a style element into the page, which its policy reports.
        return page.screenshot(animations="allow", caret="initial")

    def fill(self, page: Page, selector: str, text: str) -> None:
        page.fill(selector, text)

    def click(self, page: Page, selector: str) -> None:
        page.click(selector)

    def press(self, page: Page, key: str) -> None:
        page.keyboard.press(key)

    def drag(self, page: Page, path: Sequence[tuple[float, float]], stroke: Stroke) -> None:
        if stroke.holding:
            page.keyboard.down(stroke.holding)
        page.mouse.move(*path[0])
        page.mouse.down(button=stroke.button)
        for x, y in path[1:]:
            page.mouse.move(x, y)
            time.sleep(0.02)
        if stroke.release:
            page.mouse.up(button=stroke.button)
        if stroke.holding:
            page.keyboard.up(stroke.holding)

    def lift(self, page: Page) -> None:
        page.mouse.up()

    def wheel(self, page: Page, at: tuple[float, float], dy: int) -> None:
        page.mouse.move(*at)
        page.mouse.wheel(0, dy)

    def forget(self) -> None:
        self.context.clear_cookies()

    def close(self) -> None:
        try:
            self.context.close()
        finally:
            Shared.give_back()


def _start_chromium(playwright: Playwright, launch: Launch) -> BrowserContext:
    nss_database(launch.home / ".pki" / "nssdb", launch.authority)
    width, height = launch.size
    arguments = [
        *CHROMIUM_QUIET,
        f"--force-device-scale-factor={launch.scale}",
        f"--window-size={width},{height}",
    ]
    if launch.proxy:  # also for the machine's own names, which are never proxied otherwise
        arguments += [f"--proxy-server={launch.proxy}"]
    device = playwright.devices[launch.device] if launch.device else {}
    emulation = {name: value for name, value in device.items() if name != "default_browser_type"}
    return playwright.chromium.launch_persistent_context(
        str(launch.home / "profile"),
        executable_path="/usr/bin/chromium",
        env=_environment(launch),
        args=arguments,
        **(emulation or {"no_viewport": True}),
    )


def _start_firefox(playwright: Playwright, launch: Launch) -> BrowserContext:
    profile = launch.home / "profile"
    nss_database(profile, launch.authority)
    preferences: dict[str, Any] = {
        **FIREFOX_QUIET,
        "layout.css.devPixelsPerPx": str(launch.scale),
    }
    if launch.proxy:
        host, port = launch.proxy.rsplit("/", 1)[-1].split(":")
        preferences |= {"network.proxy.type": 1, "network.proxy.ssl": host}
        preferences |= {"network.proxy.ssl_port": int(port), "network.proxy.http": host}
        preferences |= {"network.proxy.http_port": int(port)}
    return playwright.firefox.launch_persistent_context(
        str(profile),
        channel="moz-firefox",
        executable_path=str(_stock_firefox(launch)),
        env=_environment(launch) | _headless_screen(launch),
        firefox_user_prefs=preferences,
        no_viewport=True,
    )


_START = {"chromium": _start_chromium, "firefox": _start_firefox}


def _environment(launch: Launch) -> dict[str, str | float | bool]:
    return {**os.environ, "HOME": str(launch.home)}


def _stock_firefox(launch: Launch) -> Path:
    """Write a launcher that takes back what Playwright asks of Firefox: to end with any tab."""
    launcher = launch.home / "firefox"
    launcher.write_text(
        "#!/bin/sh\nunset MOZ_CRASHREPORTER MOZ_CRASHREPORTER_SHUTDOWN\n"
        'exec /usr/bin/firefox-esr "$@"\n'
    )
    launcher.chmod(0o755)
    return launcher


def _headless_screen(launch: Launch) -> dict[str, str | float | bool]:
    width, height = launch.size
    return {
        "MOZ_HEADLESS_WIDTH": str(round(width * launch.scale)),
        "MOZ_HEADLESS_HEIGHT": str(round((height + FIREFOX_BARS) * launch.scale)),
    }


def _version(launch: Launch) -> str:
    return f"{launch.engine} of unknown version"
