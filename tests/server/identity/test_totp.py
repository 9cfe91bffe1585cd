"""One-time codes: RFC 6238, one step of tolerance."""

import base64

import pytest

from diascope_server.identity import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()  # RFC 6238, appendix B


@pytest.mark.parametrize(
    ("time_s", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
    ids=str,
)
def test_the_vectors_of_rfc_6238(time_s, code):
    assert time_s // 30 == totp.matching_step(SECRET, code, time_s * 1000)


@pytest.mark.parametrize(
    ("late_s", "is_good"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)], ids=str
)
def test_one_step_of_tolerance(late_s, is_good):
    now_ms = (1_234_567_890 + late_s) * 1000

    assert is_good == (totp.matching_step(SECRET, "005924", now_ms) is not None)


@pytest.mark.parametrize("code", ["", "05924", "0005924", "00592\uff14", "abcdef"], ids=ascii)
def test_what_is_no_code_matches_nothing(code):
    assert totp.matching_step(SECRET, code, 1_234_567_890_000) is None


def test_the_address_names_issuer_and_user():
    uri = totp.uri(SECRET, "anna@ward")

    assert uri.startswith("otpauth://totp/Diascope:anna%40ward?secret=")
    assert "issuer=Diascope" in uri
