"""Passwords: NIST SP 800-63B-4 3.1.1.2, with a second factor always."""

import pytest
from argon2 import extract_parameters
from argon2.low_level import Type

from diascope_server.errors import SetupRefused
from diascope_server.identity import passwords


@pytest.mark.requirement("HIP-06")
@pytest.mark.parametrize(
    "password",
    [
        pytest.param("x7#mK!q2", id="eight"),
        pytest.param("correct horse battery staple", id="words"),
        pytest.param("a1" * 32 + "b", id="65 characters"),
        pytest.param("ab3" * 85, id="255 characters"),
        pytest.param("пароль-длинный", id="cyrillic"),
        pytest.param("密码密码很长的密码", id="chinese"),
        pytest.param("🔑🗝️🚪🏥 key", id="emoji"),
        pytest.param("lowercaseonly", id="no composition rule"),
    ],
)
def test_accepted(password):
    passwords.check_new(password, "anna")


@pytest.mark.requirement("HIP-06")
@pytest.mark.parametrize(
    ("password", "code"),
    [
        pytest.param("", "setup.password_length", id="empty"),
        pytest.param("x7#mK!q", "setup.password_length", id="seven"),
        pytest.param("ab3" * 86, "setup.password_length", id="258 characters"),
        pytest.param("Password123", "setup.password_common", id="common"),
        pytest.param(
            "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44",
            "setup.password_common",
            id="common in full width",
        ),
        pytest.param("aaaaaaaaaaaa", "setup.password_common", id="one character"),
        pytest.param("abababababab", "setup.password_common", id="two characters"),
        pytest.param("my-ANNA-pass", "setup.password_common", id="the login"),
    ],
)
def test_refused(password, code):
    with pytest.raises(SetupRefused) as refusal:
        passwords.check_new(password, "anna")
    assert code == refusal.value.code


@pytest.mark.requirement("HIP-06")
def test_the_hash_is_argon2id_at_the_stated_cost():
    found = extract_parameters(passwords.hash_password("secret"))

    assert (Type.ID, 65_536, 3, 1) == (
        found.type,
        found.memory_cost,
        found.time_cost,
        found.parallelism,
    )


def test_a_password_is_itself_in_every_unicode_form():
    encoded = passwords.hash_password("cafe\u0301-\ufb01le")

    assert passwords.is_password(encoded, "caf\u00e9-file")
    assert not passwords.is_password(encoded, "cafe-file")


def test_what_is_no_hash_verifies_nothing():
    assert not passwords.is_password("", "x")
    assert not passwords.is_password("$argon2id$broken", "x")


def test_new_passwords_pass_and_differ():
    made = {passwords.new_password() for _ in range(50)}

    assert 50 == len(made)
    for password in made:
        passwords.check_new(password, "anna")
