"""Beacons that are forged, replayed, reordered, left out or late (row 53, AUD-13)."""

import json
import ssl
import time
from contextlib import suppress

import pytest

from tests.support.client import (
    Client,
    Document,
    b64u,
    canonical,
    sha256,
    sign,
    unb64u,
    view_body,
)

LEAVE = {"reason": "pagehide"}


@pytest.fixture(scope="module")
def client(site):
    client = Client(site)
    client.sign_in(site.new_person())
    return client


@pytest.fixture(scope="module")
def first(client):
    """The document whose key the session is tied to."""
    return Document(client).enrol()


@pytest.fixture(scope="module")
def study(first, client):
    return first.open(client.search()["studies"][0]["handle"])


@pytest.fixture
def page(client, first, study):
    """A new document for each test, which has opened the study."""
    made = Document(client, first.signing).enrol()
    made.open(study.manifest["handle"])
    return made


def records(site, page):
    return [e for e in site.ledger() if e.detail.get("chain") == page.chain]


def verdicts(site, page):
    return [e.detail["verdict"] for e in records(site, page) if "verdict" in e.detail]


def refusals(answer):
    return [(each["seq"], each["code"]) for each in answer["refused"]]


def accepted(answer):
    return [each["seq"] for each in answer["accepted"]]


@pytest.mark.requirement("AUD-13")
def test_a_beacon_is_in_the_ledger_when_it_is_acknowledged(site, page, study):
    made = page.beacon("view", view_body(study))
    answer = page.send(made)
    found = records(site, page)[-1]

    assert ([0], []) == (accepted(answer), answer["refused"])
    assert ("view", "110103", "R", 0) == (found.type, found.id, found.action, found.outcome)
    assert (made["signed"], made["signature"]) == (
        found.detail["signed"],
        found.detail["signature"],
    )
    assert study.manifest["handle"] == found.subject.study
    assert answer["checkpoint"]["size"] >= len(site.ledger())
    assert site.verify_ledger().is_intact


@pytest.mark.parametrize(
    ("kind", "body", "event"),
    [
        (
            "engine_fault",
            {"code": "pixels.size", "study": "", "sop": "", "frame": 0},
            ("110113", 8),
        ),
        (
            "alert",
            {"code": "integrity.digest", "study": "", "sop": "", "frame": 0, "object": ""},
            ("110113", 8),
        ),
        ("worker_replaced", {"reason": "watchdog"}, ("110113", 4)),
        ("leave", LEAVE, ("110103", 0)),
        ("session_end", {"reason": "idle"}, ("110114", 0)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_type_becomes_its_event(site, page, kind, body, event):
    page.send(page.beacon(kind, body))
    found = records(site, page)[-1]

    assert (kind, event) == (found.type, (found.id, found.outcome))


def test_no_cookie_is_needed(site, page, study):
    """A late beacon outlives its session's cookie."""
    bare = Client(site)
    body = canonical({"beacons": [page.beacon("view", view_body(study))], "sealed": []})
    answer = bare.request("POST", "/api/beacons", body, {"Content-Type": "text/plain"})

    assert [0] == accepted(answer.json)


@pytest.mark.requirement("AUD-13")
def test_a_repeated_beacon_is_accepted_and_not_recorded_twice(site, page, study):
    made = page.beacon("view", view_body(study))
    answers = [page.send(made), page.send(made), page.send(made, made)]

    assert [[0], [0], [0, 0]] == [accepted(each) for each in answers]
    assert ["linked"] == verdicts(site, page)


@pytest.mark.requirement("AUD-13")
def test_another_beacon_in_a_taken_place_is_refused_and_recorded(site, page, study):
    page.send(page.beacon("view", view_body(study)))
    forged = page.signed(page.envelope("view", view_body(study, frame=1), seq=0))
    answer = page.send(forged)

    assert [(0, "beacon.replay")] == refusals(answer)
    last = records(site, page)[-1]
    assert ("beacon_refused", "beacon.replay", "110113") == (
        last.type,
        last.detail["code"],
        last.id,
    )


@pytest.mark.requirement("AUD-13")
def test_a_beacon_left_out_shows(site, page, study):
    made = [page.beacon("view", view_body(study, generation=n)) for n in range(3)]
    answer = page.send(made[0], made[2])

    assert [0, 2] == accepted(answer)
    assert ["linked", "gap"] == verdicts(site, page)
    assert 1 <= site.verify_ledger().gaps
    assert [1] == accepted(page.send(made[1]))
    assert ["linked", "gap", "linked"] == verdicts(site, page)


@pytest.mark.requirement("AUD-13")
def test_a_beacon_that_does_not_fit_its_neighbours_is_refused(site, page, study):
    made = [page.beacon("view", view_body(study, generation=n)) for n in range(3)]
    page.send(made[0], made[2])
    other = page.signed(
        page.envelope("view", view_body(study), seq=1, prev=json.loads(made[1]["signed"])["prev"])
    )

    assert [(1, "beacon.fork")] == refusals(page.send(other))
    assert [1] == accepted(page.send(made[1]))


@pytest.mark.requirement("AUD-13")
@pytest.mark.parametrize(
    "changes", [{"frame": 2}, {"exact": False}, {"pixel_sha256": "1" * 64}], ids=str
)
def test_a_changed_beacon_is_refused_and_recorded(site, page, study, changes):
    made = page.beacon("view", view_body(study))
    envelope = json.loads(made["signed"])
    envelope["body"] |= changes
    forged = {"signed": canonical(envelope).decode(), "signature": made["signature"]}

    assert [(0, "beacon.signature")] == refusals(page.send(forged))
    assert "beacon_refused" == records(site, page)[-1].type
    assert [0] == accepted(page.send(made))


@pytest.mark.requirement("AUD-13")
def test_another_users_key_signs_nothing_here(site, page, study):
    other = Client(site)
    other.sign_in(site.new_person())
    thief = Document(other)
    envelope = page.envelope("view", view_body(study))
    forged = {
        "signed": canonical(envelope).decode(),
        "signature": b64u(sign(thief.signing, "diascope-beacon-v1", envelope)),
    }

    assert [(0, "beacon.signature")] == refusals(page.send(forged))


def test_a_signature_of_another_domain_is_refused(page, study):
    envelope = page.envelope("view", view_body(study))
    forged = {
        "signed": canonical(envelope).decode(),
        "signature": b64u(sign(page.signing, "diascope-request-v1", envelope)),
    }

    assert [(0, "beacon.signature")] == refusals(page.send(forged))


def test_a_malleated_signature_makes_no_second_beacon(site, page, study):
    """ECDSA's (r, n - s) is valid too: nothing may be keyed by a signature."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    made = page.beacon("view", view_body(study))
    raw = unb64u(made["signature"])
    other = raw[:32] + (order - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    page.send(made)
    answer = page.send({**made, "signature": b64u(other)})

    assert [0] == accepted(answer)
    assert ["linked"] == verdicts(site, page)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(
            lambda text: text.replace('{"body"', '{ "body"'), "beacon.not_canonical", id="space"
        ),
        pytest.param(lambda text: text + "\n", "beacon.not_canonical", id="line feed"),
        pytest.param(lambda _: "{}", "beacon.shape", id="empty"),
        pytest.param(lambda _: "[]", "beacon.shape", id="array"),
        pytest.param(lambda _: "nothing", "beacon.json", id="no json"),
        pytest.param(
            lambda text: text.replace('"seq":0', '"seq":0.5'), "beacon.float", id="float"
        ),
        pytest.param(lambda text: text.replace('"view"', '"login"'), "beacon.shape", id="type"),
        pytest.param(
            lambda text: text.replace('"exact":true', '"exact":1'), "beacon.shape", id="body"
        ),
    ],
)
def test_only_the_canonical_form_is_read(page, study, change, code):
    made = page.beacon("view", view_body(study))
    changed = change(made["signed"])
    answer = page.send({"signed": changed, "signature": made["signature"]})

    assert code == answer["refused"][0]["code"]
    assert [] == answer["accepted"]


def test_one_bad_beacon_does_not_hold_up_the_others(page, study):
    made = [page.beacon("view", view_body(study, generation=n)) for n in range(3)]
    made[1] = {**made[1], "signature": made[0]["signature"]}
    answer = page.send(*made)

    assert ([0, 2], [(1, "beacon.signature")]) == (accepted(answer), refusals(answer))


def test_a_document_that_never_enrolled_is_refused(client, study):
    stranger = Document(client, prev="0" * 64)

    assert [(0, "beacon.unknown_chain")] == refusals(
        stranger.send(stranger.beacon("view", view_body(study)))
    )


def test_a_leave_signed_in_advance_gives_way(site, page, study):
    """Back from the cache: the place of the farewell belongs to what came instead."""
    leave = page.signed(page.envelope("leave", LEAVE))
    page.send(leave)
    view = page.beacon("view", view_body(study))
    after = page.beacon("view", view_body(study, generation=2))

    assert [0, 1] == accepted(page.send(view, after))
    assert ["linked", "superseding", "linked"] == verdicts(site, page)
    assert ([0], []) == ((answer := page.send(leave)) and accepted(answer), answer["refused"])
    assert site.verify_ledger().is_intact


def test_a_second_farewell_is_no_alarm(site, page):
    for moment in range(2):
        farewell = page.signed(page.envelope("leave", LEAVE, t_mono_ms=moment))
        assert [0] == accepted(page.send(farewell))

    assert ["linked"] == verdicts(site, page)


def test_what_waited_sealed_is_opened_and_marked(site, page, study):
    made = [page.beacon("view", view_body(study, generation=n)) for n in range(2)]
    answer = page.send(made[1], sealed=[page.seal(made[0])])

    assert [0, 1] == accepted(answer)
    assert ["linked outbox", "linked"] == verdicts(site, page)


def test_any_flipped_bit_of_a_sealed_beacon_is_refused(page, study):
    sealed = page.seal(page.beacon("view", view_body(study)))
    raw = unb64u(sealed["ct"])
    for position in (0, 100, len(raw) - 1):
        changed = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
        answer = page.send(sealed=[{**sealed, "ct": b64u(changed)}])
        assert ([("", 0, "beacon.sealed")], []) == (
            [(each["chain"], each["seq"], each["code"]) for each in answer["refused"]],
            answer["accepted"],
        )


def test_a_view_of_a_study_that_was_never_opened_is_marked(site, client, first, study):
    page = Document(client, first.signing).enrol()
    page.send(page.beacon("view", view_body(study)))

    assert ["linked unserved"] == verdicts(site, page)


def test_a_late_beacon_is_accepted_and_marked(site):
    client = Client(site)
    client.sign_in(site.new_person())
    page = Document(client).enrol()
    made = page.beacon("leave", LEAVE)
    client.request("DELETE", "/api/session")
    client.cookie = ""

    assert [0] == accepted(page.send(made))
    assert ["linked late"] == verdicts(site, page)


def test_a_beacon_of_last_week_is_refused(site):
    client = Client(site)
    person = site.new_person()
    client.sign_in(person)
    page = Document(client).enrol()
    made = page.beacon("leave", LEAVE)
    client.request("DELETE", "/api/session")
    client.cookie = ""
    week_ms = 7 * 24 * 60 * 60 * 1000
    user = site.home.fields.index("login", person.user)
    with site.home.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE sessions SET ended_ms = ? WHERE user_id ="
            " (SELECT id FROM users WHERE login_index = ?)",
            (int(time.time() * 1000) - week_ms - 1000, user),
        )

    assert [(0, "beacon.too_late")] == refusals(page.send(made))


def test_another_site_cannot_send_beacons(site, page, study):
    body = canonical({"beacons": [page.beacon("view", view_body(study))], "sealed": []})
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        sent = {"Content-Type": "text/plain", **headers}
        answer = page.client.request("POST", "/api/beacons", body, sent, is_own_page=False)
        assert (403, "request.origin") == (answer.status, answer.code)


def test_a_batch_is_limited(site, page, study):
    """Refused by its declared length; the server need not read what it will not take."""
    made = page.beacon("view", view_body(study))
    body = canonical({"beacons": [made] * 60, "sealed": []})
    assert len(body) > 60_000
    with suppress(ssl.SSLEOFError, ConnectionError):
        answer = page.client.request("POST", "/api/beacons", body, {"Content-Type": "text/plain"})
        assert (413, "request.body_size") == (answer.status, answer.code)

    assert [] == verdicts(site, page)


def test_the_first_beacon_follows_the_receipt(page, study):
    page.prev = sha256(b"something else")

    assert [(0, "beacon.fork")] == refusals(page.send(page.beacon("view", view_body(study))))
