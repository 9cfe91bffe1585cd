"""Key release needs a proof of the page's own key (protocol.md 6 and 7)."""

import json

import pytest

from tests.support.client import Client, Document, Refused, b64u, canonical, jwk, sha256, unb64u


@pytest.fixture(scope="module")
def page(site):
    client = Client(site)
    client.sign_in(site.new_person())
    return Document(client).enrol()


@pytest.fixture(scope="module")
def handle(page):
    return page.client.search()["studies"][0]["handle"]


def proof(page, handle, nonce=None, changes=None):
    path = f"/api/studies/{handle}/open"
    body = canonical({"chain": page.chain, "page_kex": jwk(page.exchange)})
    return page.proof("POST", path, body, nonce, changes)


def code(answer):
    return answer.status, answer.code


def test_with_the_proof_the_study_opens(page, handle):
    assert page.open(handle).manifest["handle"] == handle


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"method": "GET"}, id="method"),
        pytest.param({"path": "/api/studies/x/open"}, id="path"),
        pytest.param({"body_sha256": sha256(b"{}")}, id="body"),
        pytest.param({"nonce": "A" * 22}, id="nonce"),
        pytest.param({"chain": "0" * 32}, id="chain"),
        pytest.param({"extra": ""}, id="more"),
    ],
)
def test_a_proof_of_another_request_is_refused(page, handle, changes):
    answer = page.ask_open(handle, proof(page, handle, changes=changes))

    assert (403, "proof.signature") == code(answer)


def test_a_proof_serves_once(page, handle):
    once = proof(page, handle)

    assert 200 == page.ask_open(handle, once).status
    assert (403, "proof.nonce") == code(page.ask_open(handle, once))


def test_a_refused_proof_has_spent_its_nonce(page, handle):
    nonce = page.nonce()
    page.ask_open(handle, proof(page, handle, nonce, {"method": "GET"}))

    assert (403, "proof.nonce") == code(page.ask_open(handle, proof(page, handle, nonce)))


@pytest.mark.parametrize(
    "header",
    ["", "a.b", "a.b.c.d", "..", "a.b.c", "{nonce}.{chain}.", "{nonce}.." + "A" * 86],
    ids=ascii,
)
def test_what_is_no_proof_is_refused(page, handle, header):
    filled = header.replace("{nonce}", page.nonce()).replace("{chain}", page.chain)

    assert 403 == page.ask_open(handle, filled).status


def test_any_flipped_bit_of_the_signature_is_refused(page, handle):
    for position in range(0, 512, 73):
        nonce, chain, signature = proof(page, handle).split(".")
        changed = bytearray(unb64u(signature))
        changed[position // 8] ^= 1 << position % 8
        answer = page.ask_open(handle, f"{nonce}.{chain}.{b64u(bytes(changed))}")
        assert (403, "proof.signature") == code(answer)


def test_another_sessions_nonce_or_chain_is_refused(site, page, handle):
    client = Client(site)
    client.sign_in(site.new_person())
    other = Document(client).enrol()

    foreign_nonce = proof(page, handle, other.nonce())
    assert (403, "proof.nonce") == code(page.ask_open(handle, foreign_nonce))
    assert (403, "proof.chain") == code(page.ask_open(handle, proof(other, handle)))


def test_a_key_is_released_to_the_enrolled_page_key_only(page, handle):
    """A page that could name any key could hand the study to somebody else."""
    other = Document(page.client)
    path = f"/api/studies/{handle}/open"
    body = canonical({"chain": page.chain, "page_kex": jwk(other.exchange)})
    headers = {
        "Diascope-Proof": page.proof("POST", path, body),
        "Content-Type": "application/json",
    }
    answer = page.client.request("POST", path, body, headers)

    assert (403, "proof.chain") == code(answer)


def test_an_administrator_gets_no_key(site, handle):
    client = Client(site)
    client.sign_in(site.new_person("admin"))
    answer = Document(client).enrol().ask_open(handle)

    assert (403, "access.role") == code(answer)


def test_a_release_is_recorded_before_it_is_answered(site, page, handle):
    study = page.open(handle)
    context = json.loads(study.release["ctx"])
    opened = site.ledger()[context["ledger_index"]]

    assert ("study_opened", handle, page.chain) == (
        opened.type,
        opened.subject.study,
        opened.detail["chain"],
    )
    assert study.digest == opened.detail["manifest"]


def test_every_release_has_its_own_key(page, handle):
    first, second = (page.open(handle).release for _ in range(2))

    assert first["epk"] != second["epk"]
    assert first["wrapped"] != second["wrapped"]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"chain": "0" * 32}, id="chain"),
        pytest.param({"nonce": "A" * 22}, id="nonce"),
        pytest.param({"predecessor": "0" * 32}, id="predecessor"),
        pytest.param({"page_kex": jwk(Document(None).exchange)}, id="page key"),
        pytest.param({"session_sign": jwk(Document(None).signing)}, id="signing key"),
    ],
)
def test_a_changed_enrolment_is_refused(page, changes):
    document = Document(page.client, page.signing)
    answer = page.client.request("POST", "/api/chains", document.enrolment(**changes))

    assert (403, "proof.signature") == code(answer)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"v": 2}, id="version"),
        pytest.param({"chain": "X"}, id="chain"),
        pytest.param({"session_sign": {"kty": "EC"}}, id="key"),
        pytest.param({"more": 1}, id="more"),
    ],
)
def test_an_enrolment_of_another_shape_is_refused(page, changes):
    asked = Document(page.client).enrolment(**changes)

    assert 422 == page.client.request("POST", "/api/chains", asked).status


def test_a_chain_is_enrolled_once(page):
    with pytest.raises(Refused, match=r"403.*proof\.chain"):
        Document(page.client, page.signing, chain=page.chain).enrol()


def test_an_enrolment_can_be_verified_from_the_ledger(site, page):
    found = [e for e in site.ledger() if e.detail.get("chain") == page.chain]

    assert "document_enrolled" == found[0].type
    assert jwk(page.signing) == found[0].detail["enrolment"]["session_sign"]
