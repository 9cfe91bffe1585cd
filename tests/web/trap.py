"""A proxy that lets nothing through and remembers who tried to leave the machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# The browsers' own errands, which no page can start and no switch of theirs turns off. Exact
# names: a page that loaded fonts or scripts from the same companies must still be caught.
ERRANDS = {
    "accounts.google.com",
    "content-autofill.googleapis.com",
    "firefox.settings.services.mozilla.com",
    "passwordsleakcheck-pa.googleapis.com",
    "update.googleapis.com",
}
REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Trap:
    """The hosts that were asked for, in order; "unreadable" for what is no request."""

    def __init__(self, listener: socket.socket) -> None:
        self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self.hosts: list[str] = []
        self._listener = listener

    def foreign(self) -> list[str]:
        return [host for host in self.hosts if host not in ERRANDS]

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return  # closed: the trap is over
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            if host := _host(connection):
                self.hosts.append(host)


def _host(connection: socket.socket) -> str:
    """Read `CONNECT host:port` or `GET http://host/path`, refuse it, and give the host.

    "" when nothing was sent: browsers open connections ahead, and close them unused.
    """
    try:
        said = connection.recv(4096)
    except OSError:
        said = b""
    if not said:
        return ""
    try:
        connection.sendall(REFUSED)
        target = said.split(b"\r\n")[0].decode("ascii").split(" ")[1]
    except (OSError, UnicodeDecodeError, IndexError):
        return "unreadable"
    return target.removeprefix("http://").split("/")[0].rsplit(":", 1)[0]


@contextmanager
def trap() -> Iterator[Trap]:
    """Run a trap for as long as the context lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Trap(listener)
        threading.Thread(target=found.serve, daemon=True).start()
        yield found
        listener.shutdown(socket.SHUT_RDWR)
