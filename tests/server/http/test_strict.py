"""The strict layer: what it lets pass, and each thing it refuses, with its code."""

import json

import pytest

from diascope_server.http import strict
from diascope_server.http.headers import HeaderPolicy
from diascope_server.http.strict import Strict
from tests.support.asgi import HOST, ORIGIN, OWN_PAGE, ask


class Inner:
    """Notes what reaches the application."""

    def __init__(self):
        self.bodies = []

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return
        message = await receive()
        self.bodies.append(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"inner"})


@pytest.fixture
def inner():
    return Inner()


@pytest.fixture
def app(inner):
    return Strict(inner, HOST, HeaderPolicy(HOST, ["/"]))


def refused(answer):
    return answer.status, json.loads(answer.body)["error"]["code"]


def test_a_plain_request_passes_and_gets_headers(app, inner):
    answer = ask(app, "GET", "/")

    assert (200, b"inner", [b""]) == (answer.status, answer.body, inner.bodies)
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_a_body_in_pieces_arrives_whole(app, inner):
    assert 200 == ask(app, "POST", "/api/x", OWN_PAGE, [b"one", b"", b"two"]).status
    assert [b"onetwo"] == inner.bodies


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        pytest.param(None, (), id="none"),
        pytest.param("evil.example", (), id="other"),
        pytest.param("localhost", (), id="other port"),
        pytest.param("LOCALHOST:8443", (), id="case"),
        pytest.param("localhost:8443.", (), id="dot"),
        pytest.param(HOST, (("host", HOST),), id="two"),
        pytest.param(HOST, (("host", "evil.example"),), id="two different"),
    ],
)
def test_exactly_one_known_host_is_needed(app, inner, host, headers):
    answer = ask(app, "GET", "/", headers, host=host)

    assert (400, "request.host") == refused(answer)
    assert f"Open {ORIGIN}/ instead." in json.loads(answer.body)["error"]["message"]
    assert [] == inner.bodies


def test_a_person_at_another_address_reads_the_right_one(app, inner):
    """As plain text: nothing of the request is in it, and nothing leads on by itself."""
    browser = (("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),)
    answer = ask(app, "GET", "/", browser, host="127.0.0.1:8443")

    assert 400 == answer.status
    assert "text/plain; charset=utf-8" == answer.headers["content-type"]
    assert f"Open {ORIGIN}/ instead." in answer.body.decode()
    assert "127.0.0.1" not in answer.body.decode()
    assert "location" not in answer.headers
    assert [] == inner.bodies


@pytest.mark.parametrize(
    "path",
    [
        "@evil",
        "*",
        "",
        "x",
        "//evil.example",
        "/a//b",
        "/../etc/passwd",
        "/rt/../api/secret",
        "/rt/..%2fapi/secret",
        "/rt/%2e%2e/api/secret",
        "/rt/./x",
        "/%61pi/session",
        "/a\\b",
        "/a;b",
        "/a\x00b",
        "/ä",
        "/a b",
        "/a\r\nb",
    ],
    ids=repr,
)
def test_a_path_is_plain_or_refused(app, inner, path):
    assert (400, "request.path") == refused(ask(app, "GET", path))
    assert [] == inner.bodies


@pytest.mark.parametrize("path", ["/", "/rt/0/x", "/api/session", "/index.html"])
def test_no_route_takes_a_query(app, path):
    answer = ask(app, "GET", path, OWN_PAGE, query_string=b"leak=1")

    assert (400, "request.query") == refused(answer)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "get"])
def test_other_methods_are_refused(app, method):
    assert (405, "request.method") == refused(ask(app, method, "/"))


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((("content-length", "3"), ("transfer-encoding", "chunked")), id="both"),
        pytest.param((("content-length", "3"), ("content-length", "3")), id="two lengths"),
        pytest.param((("content-length", "+3"),), id="sign"),
        pytest.param((("content-length", "0x3"),), id="hex"),
        pytest.param((("content-length", ""),), id="empty"),
    ],
)
def test_a_body_has_one_length(app, inner, headers):
    answer = ask(app, "POST", "/api/x", (*OWN_PAGE, *headers), b"abc")

    assert (400, "request.framing") == refused(answer)
    assert [] == inner.bodies


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(tuple((f"x-{n}", "") for n in range(100)), id="many"),
        pytest.param((("x-long", "a" * 16_384),), id="long"),
    ],
)
def test_headers_are_limited(app, headers):
    assert (431, "request.headers") == refused(ask(app, "GET", "/", headers))


@pytest.mark.parametrize("coding", ["gzip", "br", "identity", "zstd"])
def test_an_encoded_body_is_never_decoded(app, coding):
    headers = (*OWN_PAGE, ("content-encoding", coding))

    assert (415, "request.encoding") == refused(ask(app, "POST", "/api/x", headers, b"x"))


@pytest.mark.parametrize(
    ("path", "limit"), [("/api/beacons", 60_000), ("/api/session", 16_384), ("/", 16_384)]
)
def test_a_body_is_limited_before_and_while_it_is_read(app, inner, path, limit):
    declared = (*OWN_PAGE, ("content-length", str(limit + 1)))

    assert (413, "request.body_size") == refused(ask(app, "POST", path, declared, [b"never"]))
    chunks = [bytes(1000)] * (limit // 1000) + [bytes(limit % 1000 + 1), b"never"]
    assert (413, "request.body_size") == refused(ask(app, "POST", path, OWN_PAGE, chunks))
    assert [] == inner.bodies
    assert 200 == ask(app, "POST", path, OWN_PAGE, [bytes(limit)]).status


def test_a_declared_4_gib_is_refused_without_reading(app):
    declared = (*OWN_PAGE, ("content-length", str(4 << 30)))

    assert (413, "request.body_size") == refused(ask(app, "POST", "/api/x", declared, []))


def test_a_body_that_never_ends_is_refused(app, monkeypatch):
    async def never(_scope, _headers, _receive):
        await strict.asyncio.sleep(60)

    monkeypatch.setattr(strict, "_read_body", never)
    monkeypatch.setattr(strict, "BODY_TIMEOUT_S", 0.01)

    assert (400, "request.body") == refused(ask(app, "POST", "/api/x", OWN_PAGE))


def test_a_client_that_leaves_is_refused(app, inner):
    assert (400, "request.body") == refused(ask(app, "POST", "/api/x", OWN_PAGE, []))
    assert [] == inner.bodies


@pytest.mark.parametrize(
    ("headers", "is_two"),
    [
        pytest.param((("cookie", "__Host-sid=a; __Host-sid=b"),), True, id="one header"),
        pytest.param((("cookie", "__Host-sid=a"), ("cookie", "__Host-sid=a")), True, id="two"),
        pytest.param((("cookie", "a=1"), ("cookie", "__Host-sid=a")), False, id="split by http/2"),
        pytest.param((("cookie", "a=1; a=2; __Host-sid=a"),), False, id="others"),
        pytest.param((("cookie", ""),), False, id="empty"),
    ],
)
def test_two_session_cookies_are_refused(app, headers, is_two):
    answer = ask(app, "GET", "/", headers)

    assert is_two == (answer.status == 400)


CROSS_SITE = [
    pytest.param((), id="no sign of a page"),
    pytest.param((("origin", "https://evil.example"),), id="other origin"),
    pytest.param((("origin", "null"),), id="opaque origin"),
    pytest.param((("origin", "http://" + HOST),), id="not https"),
    pytest.param((("origin", ORIGIN + "0"),), id="longer"),
    pytest.param((("sec-fetch-site", "cross-site"),), id="cross-site"),
    pytest.param((("sec-fetch-site", "same-site"),), id="same-site"),
    pytest.param((("sec-fetch-site", "none"),), id="typed address"),
    pytest.param((("origin", ORIGIN), ("sec-fetch-site", "cross-site")), id="origin but cross"),
    pytest.param((("origin", "x"), ("sec-fetch-site", "same-origin")), id="site but origin"),
    pytest.param((("origin", ORIGIN), ("origin", "x")), id="two origins"),
]


@pytest.mark.requirement("HIP-08")
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "HEAD"])
@pytest.mark.parametrize("headers", CROSS_SITE)
def test_the_api_answers_own_pages_only(app, inner, method, headers):
    assert (403, "request.origin") == refused(ask(app, method, "/api/session", headers))
    assert [] == inner.bodies


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((("origin", ORIGIN),), id="origin"),
        pytest.param((("sec-fetch-site", "same-origin"),), id="site"),
        pytest.param(OWN_PAGE, id="both"),
    ],
)
def test_own_pages_pass(app, headers):
    assert 200 == ask(app, "POST", "/api/session", headers).status


def test_a_document_may_be_opened_from_anywhere(app):
    assert 200 == ask(app, "GET", "/", (("sec-fetch-site", "cross-site"),)).status


def test_websockets_are_closed(app, inner):
    answer = ask(app, "GET", "/", type="websocket")

    assert b"websocket.close" in answer.body
    assert [] == inner.bodies
