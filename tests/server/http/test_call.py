"""Request bodies: JSON of exactly one shape."""

import pytest

from diascope.audit import schema
from diascope_server.errors import RequestRefused, status
from diascope_server.http.call import Call

SHAPE = schema.members({"a": schema.integer()})
TEXT = schema.members({"a": schema.pattern(r"(?s).{1,99}")})


def call(body, content_type="application/json"):
    return Call("POST", "/", {}, {"content-type": content_type}, body, "", "")


def test_the_shape_passes():
    assert {"a": 1} == call(b'{"a": 1}').json(SHAPE)
    assert {"a": 1} == call(b'{"a": 1}', "application/json; charset=utf-8").json(SHAPE)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"", (400, "json"), id="nothing"),
        pytest.param(b"{", (400, "json"), id="cut"),
        pytest.param(b"\xff", (400, "json"), id="not utf-8"),
        pytest.param(b'{"a": 1, "a": 1}', (400, "json"), id="twice"),
        pytest.param(b"[" * 10_000 + b"]" * 10_000, (400, "json"), id="deep"),
        pytest.param(b'{"a": 1, "roles": ["admin"]}', (422, "fields"), id="more"),
        pytest.param(b"{}", (422, "fields"), id="less"),
        pytest.param(b'{"a": true}', (422, "fields"), id="boolean"),
        pytest.param(b'{"a": 1.0}', (422, "fields"), id="float"),
        pytest.param(b'{"a": NaN}', (422, "fields"), id="not a number"),
        pytest.param(b"[]", (422, "fields"), id="array"),
    ],
)
def test_anything_else_is_refused(body, code):
    with pytest.raises(RequestRefused) as refusal:
        call(body).json(SHAPE)
    assert code == (status(refusal.value), refusal.value.reason)


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"],
)
def test_a_form_cannot_reach_a_json_route(content_type):
    with pytest.raises(RequestRefused) as refusal:
        call(b'{"a": 1}', content_type).json(SHAPE)
    assert (415, "request.content_type") == (status(refusal.value), refusal.value.code)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"a": "\\ud800"}', id="escape"),
        pytest.param(b'{"a": "x\\udc00y"}', id="other half"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', id="bytes"),
        pytest.param(b'{"\\ud800": 1}', id="name"),
    ],
)
def test_half_a_character_is_refused(body):
    """Nothing can store, seal or index it: deeper it would be a fault of ours."""
    with pytest.raises(RequestRefused) as refusal:
        call(body).json(TEXT)
    assert (422, "request.fields") == (status(refusal.value), refusal.value.code)


def test_a_pair_is_a_character():
    assert {"a": "\U0001f600"} == call(b'{"a": "\\ud83d\\ude00"}').json(TEXT)
