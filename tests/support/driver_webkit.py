"""WebKitGTK's MiniBrowser over WebDriver, by Selenium, on a virtual screen."""

import base64
import contextlib
import os
import sysconfig
import threading
from collections.abc import Sequence
from typing import Any

from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ActionChains
from selenium.webdriver.common.actions.action_builder import ActionBuilder
from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.webkitgtk.service import Service as WebKitGTKService
from urllib3.exceptions import HTTPError

from tests.support.browsers import BOOT_S, Launch, Message, NoAnswer, Stroke
from tests.support.display import virtual_screen
from tests.support.trust import with_bundle

LIBRARIES = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"
MINI_BROWSER = f"/usr/lib/{LIBRARIES}/webkit2gtk-4.1/MiniBrowser"
START_S = 60
FIND_S = 20  # for an element to be there; Playwright waits by itself
DRIVER = "/usr/bin/WebKitWebDriver"
# Seen once in some thousand polls of a loaded machine, where true or false was the answer.
UNREADABLE = "Could not parse script result"
NAMES = {
    "ArrowUp": Keys.ARROW_UP,
    "ArrowDown": Keys.ARROW_DOWN,
    "ArrowLeft": Keys.ARROW_LEFT,
    "ArrowRight": Keys.ARROW_RIGHT,
    "PageUp": Keys.PAGE_UP,
    "PageDown": Keys.PAGE_DOWN,
    "Home": Keys.HOME,
    "End": Keys.END,
    "Enter": Keys.ENTER,
    "Escape": Keys.ESCAPE,
    "Tab": Keys.TAB,
    "Shift": Keys.SHIFT,
    "Space": Keys.SPACE,
    "+": Keys.ADD,  # the driver makes "=" of a plain plus
}


class WebKitDriver:
    """A WebDriver session; a page is a window handle. It has no console and no request log."""

    def __init__(self, launch: Launch) -> None:
        self.messages: list[Message] = []
        self.requests: list[str] = []
        self.ending = contextlib.ExitStack()
        try:
            screen = self.ending.enter_context(virtual_screen())
            self.selenium, service = _start(launch, screen)
            self.ending.callback(service.stop)
        except BaseException:
            self.ending.close()
            raise
        self.selenium.set_script_timeout(BOOT_S)
        self.selenium.implicitly_wait(FIND_S)
        self.version = str(self.selenium.capabilities["browserVersion"])
        self.first = [self.selenium.current_window_handle]
        self._resize(launch.size)

    def _resize(self, size: tuple[int, int]) -> None:
        """Make the page itself, not the window with its bars, as large as asked."""
        for _ in range(3):
            outer = self.selenium.get_window_rect()
            inner = self.selenium.execute_script("return [innerWidth, innerHeight]")
            if tuple(inner) == size:
                return
            width, height = (
                outer[name] + wanted - has
                for name, wanted, has in zip(("width", "height"), size, inner, strict=True)
            )
            self.selenium.set_window_rect(0, 0, width, height)

    def _switch(self, page: str) -> webdriver.Remote:
        if self.selenium.current_window_handle != page:
            self.selenium.switch_to.window(page)
        return self.selenium

    def new_page(self) -> str:
        if self.first:
            return self.first.pop()
        self.selenium.switch_to.new_window("tab")
        return str(self.selenium.current_window_handle)

    def close_page(self, page: str) -> None:
        if len(self.selenium.window_handles) == 1:  # the session ends with its last window
            self.selenium.switch_to.new_window("tab")
            self.first.append(self.selenium.current_window_handle)
        self._switch(page).close()
        self.selenium.switch_to.window(self.selenium.window_handles[0])

    def goto(self, page: str, url: str) -> None:
        self._switch(page).get(url)

    def reload(self, page: str) -> None:
        self._switch(page).refresh()

    def evaluate(self, page: str, function: str, arguments: Sequence[Any]) -> Any:
        if not function.startswith("async"):  # this form cannot hang when the page goes away
            return self._run(page, f"return ({function})(...arguments)", arguments)
        script = (
            "const given = Array.from(arguments), done = given.pop();"
            f"(async () => ({function})(...given))().then("
            "value => done({value}), fault => done({fault: String(fault)}));"
        )
        answer = self._switch(page).execute_async_script(script, *arguments)
        if "fault" in answer:
            raise RuntimeError(answer["fault"])
        return answer.get("value")

    def _run(self, page: str, script: str, arguments: Sequence[Any]) -> Any:
        try:
            return self._switch(page).execute_script(script, *arguments)
        except WebDriverException as fault:
            if UNREADABLE in str(fault):
                raise NoAnswer(UNREADABLE) from fault
            raise

    def picture(self, page: str) -> bytes:
        return base64.b64decode(self._switch(page).get_screenshot_as_base64())

    def fill(self, page: str, selector: str, text: str) -> None:
        field = self._switch(page).find_element(By.CSS_SELECTOR, selector)
        field.clear()
        field.send_keys(text)

    def click(self, page: str, selector: str) -> None:
        self._switch(page).find_element(By.CSS_SELECTOR, selector).click()

    def press(self, page: str, key: str) -> None:
        *held, last = key.split("+") if len(key) > 1 else [key]
        actions = ActionChains(self._switch(page))
        for name in held:
            actions = actions.key_down(NAMES[name])
        actions = actions.send_keys(NAMES.get(last, last))
        for name in held:
            actions = actions.key_up(NAMES[name])
        actions.perform()

    def drag(self, page: str, path: Sequence[tuple[float, float]], stroke: Stroke) -> None:
        if stroke.button != "left":  # it would release the left button instead
            raise NotImplementedError("WebKitWebDriver only releases the left button")
        builder = ActionBuilder(self._switch(page), duration=20)
        pointer, keys = builder.pointer_action, builder.key_action
        if stroke.holding:
            keys.key_down(NAMES[stroke.holding])
        pointer.move_to_location(*map(round, path[0]))
        pointer.pointer_down()
        for x, y in path[1:]:
            pointer.move_to_location(round(x), round(y))
        if stroke.release:
            pointer.pointer_up()
        if stroke.holding:
            keys.key_up(NAMES[stroke.holding])
        builder.perform()

    def lift(self, page: str) -> None:
        builder = ActionBuilder(self._switch(page))
        builder.pointer_action.pointer_up()
        builder.perform()

    def wheel(self, page: str, at: tuple[float, float], dy: int) -> None:
        origin = ScrollOrigin.from_viewport(*map(round, at))
        ActionChains(self._switch(page)).scroll_from_origin(origin, 0, dy).perform()
        # The driver drops an action that is like the last one, unless that was cleared.
        ActionBuilder(self.selenium).clear_actions()

    def forget(self) -> None:
        self.selenium.delete_all_cookies()

    def close(self) -> None:
        with contextlib.suppress(Exception):  # a browser that died is as good as closed
            self.selenium.quit()
        self.ending.close()


def _start(launch: Launch, screen: str) -> tuple[webdriver.Remote, WebKitGTKService]:
    """Start driver and browser; a browser that does not come up is tried once more."""
    launcher = with_bundle(launch.home, launch.authority, DRIVER)
    for attempt in (1, 2):
        service = WebKitGTKService(
            executable_path=str(launcher),
            env=_environment(launch, screen),
            log_output=f"{launch.home}/driver.log",
        )
        try:
            return _session(service, _options(launch)), service
        except (WebDriverException, HTTPError):
            service.stop()
            if attempt == 2:
                raise
    raise AssertionError


def _session(service: WebKitGTKService, options: webdriver.WebKitGTKOptions) -> webdriver.Remote:
    service.start()
    config = ClientConfig(service.service_url, timeout=BOOT_S + START_S)
    impatience = threading.Timer(START_S, service.process.kill)  # its own patience has no end
    impatience.start()
    try:
        return webdriver.Remote(RemoteConnection(client_config=config), options=options)
    finally:
        impatience.cancel()


def _environment(launch: Launch, screen: str) -> dict[str, str]:
    home = str(launch.home)
    return {
        **os.environ,
        "DISPLAY": screen,
        "GDK_BACKEND": "x11",
        "GDK_SCALE": str(int(launch.scale)),
        "HOME": home,
        "XDG_CACHE_HOME": f"{home}/cache",
        "XDG_CONFIG_HOME": f"{home}/config",
        "XDG_DATA_HOME": f"{home}/data",
    }


def _options(launch: Launch) -> webdriver.WebKitGTKOptions:
    options = webdriver.WebKitGTKOptions()
    options.binary_location = MINI_BROWSER
    options.add_argument("--automation")
    options.set_capability("browserName", "MiniBrowser")
    if launch.proxy:
        host = launch.proxy.rsplit("/", 1)[-1]
        proxy = {"proxyType": "manual", "httpProxy": host, "sslProxy": host}
        options.set_capability("proxy", proxy | {"noProxy": ["localhost"]})
    return options
