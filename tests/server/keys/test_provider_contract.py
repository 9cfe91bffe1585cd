"""What every key provider must do; each new provider runs through the same tests."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from diascope_server.errors import KeyRefused
from diascope_server.keys import passphrase
from diascope_server.keys.jwk import parse_p256, to_jwk
from diascope_server.keys.passphrase import PURPOSES
from tests.support.keys import MemoryKeys

PASSPHRASE = b"correct horse and battery"
CONTEXT = {"study": "one", "dek_id": "a"}


def passphrase_provider(folder):
    passphrase.create(folder / "keystore.json", PASSPHRASE, 1)
    return passphrase.PassphraseProvider(folder / "keystore.json", PASSPHRASE)


def memory_provider(_folder):
    return MemoryKeys(b"seed")


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(passphrase_provider, id="passphrase file"),
        pytest.param(memory_provider, id="memory"),
    ],
)
def provider(request, tmp_path_factory):
    return request.param(tmp_path_factory.mktemp("keys"))


def test_a_wrapped_key_opens_in_its_context(provider):
    key, wrapped = provider.generate_data_key(CONTEXT)

    assert 32 == len(key)
    assert key not in wrapped
    assert key == provider.unwrap(wrapped, CONTEXT)
    assert key == provider.unwrap(wrapped, dict(reversed(CONTEXT.items())))


@pytest.mark.parametrize(
    "context",
    [
        pytest.param({**CONTEXT, "study": "two"}, id="other study"),
        pytest.param({"study": "one"}, id="less"),
        pytest.param({**CONTEXT, "more": ""}, id="more"),
        pytest.param({}, id="none"),
    ],
)
def test_a_wrapped_key_opens_in_no_other_context(provider, context):
    _, wrapped = provider.generate_data_key(CONTEXT)

    with pytest.raises(KeyRefused):
        provider.unwrap(wrapped, context)


def test_any_flipped_bit_of_a_wrapped_key_is_refused(provider):
    _, wrapped = provider.generate_data_key(CONTEXT)
    for position in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[position // 8] ^= 1 << position % 8
        with pytest.raises(KeyRefused):
            provider.unwrap(bytes(changed), CONTEXT)


@pytest.mark.parametrize("size", [0, 3, 12, 31], ids=str)
def test_a_cut_wrapped_key_is_refused(provider, size):
    _, wrapped = provider.generate_data_key(CONTEXT)

    with pytest.raises(KeyRefused):
        provider.unwrap(wrapped[:size], CONTEXT)


def test_rewrapping_keeps_the_key_and_changes_the_wrapping(provider):
    key, wrapped = provider.generate_data_key(CONTEXT)
    again = provider.rewrap(wrapped, CONTEXT)

    assert wrapped != again
    assert key == provider.unwrap(again, CONTEXT)


def test_data_keys_differ(provider):
    keys = {provider.generate_data_key(CONTEXT)[0] for _ in range(20)}

    assert 20 == len(keys)


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_signature_holds_under_the_key_of_its_purpose_only(provider, purpose):
    signature = provider.sign(purpose, b"message")
    for other in PURPOSES:
        public = Ed25519PublicKey.from_public_bytes(provider.public_key(other))
        if other == purpose:
            public.verify(signature, b"message")
        else:
            with pytest.raises(InvalidSignature):
                public.verify(signature, b"message")


def test_derived_keys_are_stable_and_separate(provider):
    assert 32 == len(provider.derive("a"))
    assert provider.derive("a") == provider.derive("a")
    assert provider.derive("a") != provider.derive("b")


def test_the_inbox_agrees_with_a_peer(provider):
    peer = ec.generate_private_key(ec.SECP256R1())
    inbox = parse_p256(provider.inbox_public())

    assert peer.exchange(ec.ECDH(), inbox) == provider.inbox_agree(to_jwk(peer.public_key()))


def test_the_description_holds_no_secret(provider):
    assert provider.describe()["kind"]
    assert all(len(value) < 32 for value in provider.describe().values())


def test_another_passphrase_opens_nothing(tmp_path):
    passphrase_provider(tmp_path)

    with pytest.raises(KeyRefused):
        passphrase.PassphraseProvider(tmp_path / "keystore.json", b"another horse and battery")


@pytest.mark.parametrize("size", [0, 1, 15], ids=str)
def test_a_short_passphrase_neither_makes_nor_opens_a_keystore(tmp_path, size):
    with pytest.raises(KeyRefused) as made:
        passphrase.create(tmp_path / "new.json", bytes(size), 1)
    passphrase_provider(tmp_path)
    with pytest.raises(KeyRefused) as opened:
        passphrase.PassphraseProvider(tmp_path / "keystore.json", bytes(size))

    assert ["keys.passphrase_short"] * 2 == [made.value.code, opened.value.code]
    assert not (tmp_path / "new.json").exists()


def test_sixteen_bytes_are_enough(tmp_path):
    passphrase.create(tmp_path / "keystore.json", bytes(16), 1)

    assert passphrase.PassphraseProvider(tmp_path / "keystore.json", bytes(16)).describe()


def test_a_keystore_is_never_replaced(tmp_path):
    passphrase_provider(tmp_path)

    with pytest.raises(FileExistsError):
        passphrase.create(tmp_path / "keystore.json", PASSPHRASE, 1)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"salt": 1}', b"\xff"], ids=repr)
def test_a_file_that_is_no_keystore_is_refused(tmp_path, content):
    (tmp_path / "keystore.json").write_bytes(content)

    with pytest.raises(KeyRefused):
        passphrase.PassphraseProvider(tmp_path / "keystore.json", PASSPHRASE)


def test_a_process_signs_only_for_its_own_purposes(tmp_path):
    passphrase_provider(tmp_path)
    web = passphrase.PassphraseProvider(tmp_path / "keystore.json", PASSPHRASE, ("receipt",))

    assert 64 == len(web.sign("receipt", b"message"))
    for purpose in ("manifest", "checkpoint", "report"):
        with pytest.raises(KeyRefused, match="passphrase") as refusal:
            web.sign(purpose, b"message")
        assert "keys.purpose" == refusal.value.code
        assert 32 == len(web.public_key(purpose))


def test_the_keystore_is_for_its_owner_only(tmp_path):
    passphrase_provider(tmp_path)

    assert 0o400 == (tmp_path / "keystore.json").stat().st_mode & 0o777
