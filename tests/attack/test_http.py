"""Raw bytes at the real server: what no browser sends (security.md 4, rows 24-44)."""

import json
import socket
import ssl
import warnings

import pytest

from tests.support.client import Client

FIRST_S, NEXT_S = 15, 1  # for an answer to begin, and after it for the next to come
AGAIN = "GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n"


def raw(site, text, read=65_536):
    """Send bytes over TLS 1.3 and return what comes back until the server is silent or closes."""
    context = ssl.create_default_context(cafile=site.ca)
    data = text.replace("{host}", site.authority).encode("latin-1")
    with (
        socket.create_connection(("localhost", site.port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.settimeout(FIRST_S)
        answer = b""
        try:
            connection.sendall(data)  # the server may close before it has read all
            while chunk := connection.recv(read):
                answer += chunk
                connection.settimeout(NEXT_S)
        except (TimeoutError, ssl.SSLError, ConnectionError):
            return answer
    return answer


def statuses(answer):
    return [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]


def test_the_probe_itself_works(site):
    assert [200] == statuses(raw(site, AGAIN))


@pytest.mark.parametrize(
    "request_text",
    [
        pytest.param("GET / HTTP/1.1\r\n\r\n", id="no host"),
        pytest.param("GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n", id="two hosts"),
        pytest.param("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", id="other host"),
        pytest.param("GET @evil HTTP/1.1\r\nHost: {host}\r\n\r\n", id="authority"),
        pytest.param("GET //evil HTTP/1.1\r\nHost: {host}\r\n\r\n", id="two slashes"),
        pytest.param("GET /?a=1 HTTP/1.1\r\nHost: {host}\r\n\r\n", id="query"),
        pytest.param("GET /rt/..%2fapi/session HTTP/1.1\r\nHost: {host}\r\n\r\n", id="escape"),
        pytest.param("GET /rt/../api/session HTTP/1.1\r\nHost: {host}\r\n\r\n", id="dots"),
        pytest.param("BREW / HTTP/1.1\r\nHost: {host}\r\n\r\n", id="method"),
        pytest.param("GET / HTTP/1.1\r\nHost : {host}\r\n\r\n", id="space"),
        pytest.param("GET / HTTP/1.1\r\nHost: {host}\r\nA: \0\r\n\r\n", id="nul"),
        pytest.param("GET / HTTP/9.9\r\nHost: {host}\r\n\r\n", id="version"),
        pytest.param("\x16\x03\x01 nonsense\r\n\r\n", id="nonsense"),
    ],
)
def test_a_malformed_request_gets_no_page(site, request_text):
    found = statuses(raw(site, request_text))

    assert all(400 <= status < 500 for status in found)
    assert len(found) <= 1
    assert [200] == statuses(raw(site, AGAIN))


@pytest.mark.parametrize(
    "framing",
    [
        pytest.param("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", id="both"),
        pytest.param("Content-Length: 4\r\nContent-Length: 60\r\n", id="two lengths"),
        pytest.param("Transfer-Encoding: xchunked\r\n", id="unknown coding"),
        pytest.param("Transfer-Encoding: chunked, identity\r\n", id="two codings"),
    ],
)
def test_a_second_request_is_never_smuggled(site, framing):
    """Row 39: only one answer may come, whatever the two sides think of the length."""
    smuggled = "GET /trust.json HTTP/1.1\r\nHost: {host}\r\n\r\n"
    own = "Origin: https://{host}\r\nSec-Fetch-Site: same-origin\r\n"
    head = f"POST /api/beacons HTTP/1.1\r\nHost: {{host}}\r\n{own}{framing}\r\n"
    answer = raw(site, head + "0\r\n\r\n" + smuggled)

    assert b"beacon_inbox" not in answer
    assert all(status >= 400 for status in statuses(answer))
    assert [200] == statuses(raw(site, AGAIN))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param("".join(f"X-{n}: 1\r\n" for n in range(5000)), id="5000 headers"),
        pytest.param("X-Long: " + "a" * 200_000 + "\r\n", id="200 KB"),
        pytest.param("X-Long: " + "a" * 20_000 + "\r\n", id="20 KB"),
    ],
)
def test_a_header_bomb_is_refused(site, headers):
    """Row 41."""
    found = statuses(raw(site, f"GET /healthz HTTP/1.1\r\nHost: {{host}}\r\n{headers}\r\n"))

    assert found in ([], [400], [431])
    assert [200] == statuses(raw(site, AGAIN))


@pytest.mark.parametrize("subprotocol", ["chat", "\xff\xfe"], ids=ascii)
def test_a_websocket_is_not_opened(site, subprotocol):
    """Row 38."""
    upgrade = (
        "GET /api/session HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {subprotocol}\r\n\r\n"
    )

    assert 101 not in statuses(raw(site, upgrade))
    assert [200] == statuses(raw(site, AGAIN))


def test_a_declared_4_gib_is_refused_before_it_is_sent(site):
    """Row 8."""
    own = "Origin: https://{host}\r\nSec-Fetch-Site: same-origin\r\n"
    head = (
        f"POST /api/beacons HTTP/1.1\r\nHost: {{host}}\r\n{own}Content-Length: {4 << 30}\r\n\r\n"
    )

    assert [413] == statuses(raw(site, head))


@pytest.mark.requirement("ENC-01")
@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_1", "TLSv1"])
def test_nothing_below_tls_1_3_is_spoken(site, version):
    context = ssl.create_default_context(cafile=site.ca)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that such versions are old
        context.minimum_version = ssl.TLSVersion[version]
        context.maximum_version = ssl.TLSVersion[version]
    with (
        socket.create_connection(("localhost", site.port), 10) as plain,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.requirement("ENC-01")
def test_tls_1_3_with_authenticated_encryption(site):
    context = ssl.create_default_context(cafile=site.ca)
    with (
        socket.create_connection(("localhost", site.port), 10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        cipher, version, _ = connection.cipher()

    assert "TLSv1.3" == version
    assert cipher.endswith(("GCM_SHA384", "GCM_SHA256", "POLY1305_SHA256"))


@pytest.mark.requirement("ENC-01")
def test_plain_http_carries_nothing(site):
    with socket.create_connection(("localhost", site.port), 10) as plain:
        plain.sendall(AGAIN.format(host=site.authority).encode())
        plain.settimeout(30)
        try:
            answer = plain.recv(65_536)
        except ConnectionError:
            answer = b""

    assert b"HTTP" not in answer


def test_the_server_takes_no_certificate_for_another_name(site):
    """The authority may vouch for this host only."""
    context = ssl.create_default_context(cafile=site.ca)
    with (
        socket.create_connection(("localhost", site.port), 10) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(plain, server_hostname="hospital.example")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("GET", "/unknown", None, id="unknown"),
        pytest.param("POST", "/api/session", b"{", id="not json"),
        pytest.param("POST", "/api/session", b'{"user": []}', id="other shape"),
        pytest.param("POST", "/api/beacons", b"\xff", id="not utf-8"),
        pytest.param("GET", "/api/studies/x/parts/y", None, id="no session"),
    ],
)
def test_a_refusal_tells_code_and_sentence_and_nothing_else(site, method, path, body):
    headers = {"Content-Type": "application/json"} if body else {}
    answer = Client(site).request(method, path, body, headers)

    assert {"error"} == set(answer.json)
    assert {"code", "message"} == set(answer.json["error"])
    for word in (b"Traceback", b"File ", b".py", str(site.data).encode(), b"sqlite"):
        assert word not in answer.body


def test_every_answer_has_the_headers_of_its_kind(site):
    client = Client(site)
    for path in ("/", "/unknown", "/api/session", "/trust.json", "/?query"):
        headers = client.request("GET", path, is_own_page=False).headers
        assert "nosniff" == headers["x-content-type-options"], path
        assert "default-src 'none'" in headers["content-security-policy"], path


def test_the_logs_name_routes_only(site):
    client = Client(site)
    client.request("GET", "/api/studies/SECRET-HANDLE/parts/SECRET-OBJECT")
    client.request("GET", "/SECRET-PATH")
    client.request(
        "POST", "/api/session", {"user": "SECRET-USER", "password": "x", "totp": "000000"}
    )
    logged = b"".join(path.read_bytes() for path in (site.data / "logs").iterdir())

    assert b"SECRET" not in logged
    assert b"127.0.0.1" not in logged
    lines = [json.loads(line) for line in logged.splitlines()]
    assert "/api/studies/{handle}/parts/{object}" in {line["route"] for line in lines}
