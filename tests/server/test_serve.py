"""The supervisor: its children end with it, and one server serves one installation."""

import json
import os
import signal
import socket
import sqlite3
import ssl
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from diascope.errors import DiascopeError
from diascope_server.settings import load
from tests.support.client import Client
from tests.support.server import (
    COMMAND,
    descendants,
    end,
    environment,
    free_port,
    install,
    is_running,
    running,
)

PATIENCE_S = 20


@pytest.fixture
def served(tmp_path):
    with running(install(tmp_path / "data")) as site:
        yield site


def wait_until(condition, what):
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.05)


def words_of(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def sequencer_of(site):
    children = descendants(site.process.pid)
    return next(pid for pid in children if b"sequencer" in words_of(pid))


def test_a_terminated_supervisor_ends_everything(served):
    children = descendants(served.process.pid)
    served.process.send_signal(signal.SIGTERM)

    assert 0 == served.process.wait(PATIENCE_S)
    assert len(children) >= 3
    assert [] == [pid for pid in children if is_running(pid)]
    assert ["application_started", "application_stopped"] == [
        e.type for e in served.ledger("110100")
    ]


def test_ctrl_c_ends_everything(served):
    children = descendants(served.process.pid)
    os.killpg(served.process.pid, signal.SIGINT)

    assert 0 == served.process.wait(PATIENCE_S)
    assert [] == [pid for pid in children if is_running(pid)]


def test_a_killed_supervisor_leaves_no_orphan(served):
    """components.md 1: a SIGKILLed parent leaves a serving orphan, unless the kernel ends it."""
    children = descendants(served.process.pid)
    served.process.kill()
    served.process.wait()

    wait_until(lambda: not any(is_running(pid) for pid in children), "an orphan lives")
    with socket.socket() as probe:
        assert 0 != probe.connect_ex(("127.0.0.1", served.port))


def test_a_killed_granian_leaves_no_orphan_and_ends_the_server(served):
    children = descendants(served.process.pid)
    granian = next(pid for pid in children if descendants(pid))
    end(granian)

    assert 1 == served.process.wait(PATIENCE_S)
    wait_until(lambda: not any(is_running(pid) for pid in children), "an orphan lives")


def test_a_dead_sequencer_is_started_again(served):
    first = sequencer_of(served)
    end(first)
    wait_until(
        lambda: any(
            pid != first and b"sequencer" in words_of(pid)
            for pid in descendants(served.process.pid)
        ),
        "no new sequencer",
    )
    wait_until(lambda: _signs_in(served), "the ledger does not come back")


def _signs_in(site):
    """Whether a new person gets in; each try is another's, since a code serves once."""
    try:
        client, person = Client(site), site.new_person()
    except DiascopeError:  # the ledger is away
        return False
    answer = client.request("POST", "/api/session", client.credentials(person))
    assert answer.status in {200, 503}
    return answer.status == 200


def test_without_the_ledger_nobody_gets_in(served):
    """Fail closed: no record, no session."""
    person = served.new_person()
    sequencer = sequencer_of(served)
    os.kill(sequencer, signal.SIGSTOP)
    try:
        client = Client(served)
        answer = client.request("POST", "/api/session", client.credentials(person))
        assert (503, "ledger.unavailable") == (answer.status, answer.code)
        assert "set-cookie" not in answer.headers
    finally:
        os.kill(sequencer, signal.SIGCONT)


def test_a_second_server_is_refused(served):
    refused = served.command("serve", expect=1)

    assert "setup.served" == refused["error"]["code"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(None, "setup.schema", id="another version"),
        pytest.param(b"no database at all" * 99, "system.database", id="damaged"),
    ],
)
def test_a_database_that_cannot_be_served_is_named_before_anything_starts(tmp_path, content, code):
    site = install(tmp_path / "data")
    path = load(site.data).database
    if content is None:
        with closing(sqlite3.connect(path)) as plain:
            plain.execute("PRAGMA user_version = 99")
    else:
        path.write_bytes(content)

    refused = site.command("serve", expect=1)

    assert code == refused["error"]["code"]


def test_a_port_that_is_taken_is_refused_clearly(tmp_path):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        site = install(tmp_path / "data", other.getsockname()[1])
        refused = site.command("serve", expect=1)

    assert "setup.port" == refused["error"]["code"]
    assert str(site.port) in refused["error"]["detail"]


def test_with_json_standard_output_is_the_answer_alone(tmp_path):
    site = install(tmp_path / "data")
    with subprocess.Popen(
        [*COMMAND, "serve", "--json", "--data", str(site.data)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while site.origin not in process.stderr.readline():
            assert process.poll() is None
        children = descendants(process.pid)
        process.terminate()
        said, _ = process.communicate(timeout=PATIENCE_S)

    assert {"status": 0} == json.loads(said)
    assert [] == [pid for pid in children if is_running(pid)]


@pytest.mark.slow
def test_a_connection_whose_peer_is_gone_is_closed(served):
    """An HTTP/2 peer that answers no ping holds its connection for 15 s, not for ever."""
    context = ssl.create_default_context(cafile=served.ca)
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("localhost", served.port), timeout=2 * PATIENCE_S) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        assert "h2" == connection.selected_alpn_protocol()
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, *[0] * 5]))
        while connection.recv(4096):
            pass  # settings, pings, a farewell; then the end


def test_the_worker_signs_receipts_only(served):
    """A stolen web process cannot rewrite the ledger or make a manifest."""
    done = subprocess.run(
        [COMMAND[0], "-c", "import diascope_server.app as a; print(a.PURPOSES)"],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )

    assert "('receipt',)" == done.stdout.strip()


def test_idle_sessions_end_on_the_server_and_are_recorded(tmp_path):
    site = install(tmp_path / "data")
    site.change_settings(idle_s=2)
    with running(site):
        client, person = Client(site), site.new_person()
        client.sign_in(person)
        wait_until(
            lambda: "timed_out" in [e.type for e in site.ledger("110114")], "no time-out recorded"
        )
        assert 401 == client.request("GET", "/api/session").status
        (event,) = [e for e in site.ledger("110114") if e.type == "timed_out"]
    assert (person.user, "node", "idle") == (
        event.actor.user,
        event.detail["requestor"],
        event.detail["reason"],
    )
