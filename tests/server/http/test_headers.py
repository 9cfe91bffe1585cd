"""The headers of every kind of answer, word for word: a change here is a change of policy."""

import pytest

from diascope_server.http.headers import HeaderPolicy

STATIC = ("/", "/index.html", "/main.js", "/worker/worker.js")
COMMON = {
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "x-permitted-cross-domain-policies": "none",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), usb=(), serial=(), "
    "display-capture=(), clipboard-read=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)",
    "cache-control": "no-store",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}
DOCUMENT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-src 'none'; frame-ancestors 'none'; "
    "object-src 'none'; require-trusted-types-for 'script'; trusted-types diascope-worker; "
    "upgrade-insecure-requests"
)
WORKER = (
    "default-src 'none'; script-src https://pacs.example:8443/worker/ "
    "https://pacs.example:8443/rt/ 'wasm-unsafe-eval'; connect-src https://pacs.example:8443/rt/; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
INERT = "default-src 'none'; frame-ancestors 'none'"
API = "default-src 'none'; sandbox; frame-ancestors 'none'"


def headers(path, authority="pacs.example:8443"):
    found = HeaderPolicy(authority, STATIC).of(path)
    return {name.decode(): value.decode() for name, value in found}


@pytest.mark.requirement("PAT-06")
@pytest.mark.parametrize(
    ("path", "policy"),
    [
        pytest.param("/", DOCUMENT, id="document"),
        pytest.param("/index.html", DOCUMENT, id="document by name"),
        pytest.param("/worker/worker.js", WORKER, id="worker"),
        pytest.param("/main.js", INERT, id="script"),
        pytest.param("/rt/0/pyodide.mjs", INERT, id="runtime"),
        pytest.param("/api/session", API, id="api"),
        pytest.param("/unknown.html", API, id="unknown"),
    ],
)
def test_headers_by_kind(path, policy):
    assert {**COMMON, "content-security-policy": policy} == headers(path)


def test_only_the_worker_may_run_wasm():
    for path in ("/", "/main.js", "/rt/0/x", "/api/session", "/nothing"):
        assert "wasm" not in headers(path)["content-security-policy"]


@pytest.mark.requirement("ENC-01")
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_trial_does_not_bind_other_servers_of_the_same_machine_for_years(host):
    assert "max-age=300" == headers("/", f"{host}:8443")["strict-transport-security"]


@pytest.mark.requirement("ENC-01")
@pytest.mark.parametrize("authority", ["localhost", "[::1]", "[::1]:8443"])
def test_a_trial_is_one_at_the_default_port_too(authority):
    assert "max-age=300" == headers("/", authority)["strict-transport-security"]
