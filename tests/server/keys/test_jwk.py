"""Public keys and signatures of browsers: exactly one form is accepted."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from diascope.errors import SignatureError
from diascope_server.keys.jwk import b64u, parse_p256, thumbprint, to_jwk, unb64u, verify_signed
from tests.support.client import jwk, sign

KEY = ec.derive_private_key(7, ec.SECP256R1())
GOOD = to_jwk(KEY.public_key())


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({**GOOD, "crv": "P-384"}, id="curve"),
        pytest.param({**GOOD, "kty": "OKP"}, id="type"),
        pytest.param({**GOOD, "ext": True}, id="more"),
        pytest.param({"crv": "P-256", "kty": "EC", "x": GOOD["x"]}, id="less"),
        pytest.param({**GOOD, "y": GOOD["x"]}, id="not on the curve"),
        pytest.param({**GOOD, "x": GOOD["x"] + "="}, id="padding"),
        pytest.param({**GOOD, "x": GOOD["x"][:-1] + "_"}, id="spare bits"),
        pytest.param({**GOOD, "x": b64u(b"\0" + unb64u(GOOD["x"]))}, id="long"),
        pytest.param({**GOOD, "x": 5}, id="number"),
        pytest.param([], id="array"),
        pytest.param(None, id="null"),
    ],
)
def test_a_key_that_is_not_exactly_one_is_refused(changed):
    with pytest.raises(SignatureError):
        parse_p256(changed)


def test_a_key_survives_the_round_trip():
    assert GOOD == to_jwk(parse_p256(GOOD)) == jwk(KEY)


def test_the_thumbprint_is_that_of_rfc_7638():
    """The EC key of RFC 7517 A.1, hashed by hand as RFC 7638 3 says."""
    key = {
        "kty": "EC",
        "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    }

    assert "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s" == thumbprint(key)


@pytest.mark.parametrize("text", ["a", "ab=", "a b", "äö", "YR", "+/8"], ids=repr)
def test_text_that_is_not_strict_base64url_is_refused(text):
    with pytest.raises(SignatureError):
        unb64u(text)


def test_any_flipped_bit_of_a_signature_is_refused():
    signature = sign(KEY, "domain", {"a": 1})
    verify_signed(GOOD, b'domain\n{"a":1}', b64u(signature))
    for position in range(0, 512, 7):
        changed = bytearray(signature)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(SignatureError):
            verify_signed(GOOD, b'domain\n{"a":1}', b64u(bytes(changed)))


@pytest.mark.parametrize(
    "signed",
    [b'other\n{"a":1}', b'domain\n{"a":2}', b'domain{"a":1}', b""],
    ids=["domain", "value", "separator", "nothing"],
)
def test_a_signature_covers_domain_and_value(signed):
    signature = b64u(sign(KEY, "domain", {"a": 1}))

    with pytest.raises(SignatureError):
        verify_signed(GOOD, signed, signature)


@pytest.mark.parametrize(
    "signature",
    [b"", bytes(63), bytes(65), bytes(64), b"\xff" * 64],
    ids=["none", "short", "long", "zero", "ones"],
)
def test_bytes_that_are_no_signature_are_refused(signature):
    with pytest.raises(SignatureError):
        verify_signed(GOOD, b"x", b64u(signature))
