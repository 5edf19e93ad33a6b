"""Encrypted secrets: unreadable in the database, readable after the key was changed."""

import pytest
from cryptography.fernet import InvalidToken

from apps.core.ciphers import cipher

OLD, NEW = "the key of last year, long enough", "the key of this year, long enough"


def test_what_is_encrypted_can_be_read_again_and_never_twice_the_same():
    first, second = (cipher("robots").encrypt("钥匙".encode()) for _turn in range(2))
    assert first != second
    assert "钥匙".encode() not in first
    assert cipher("robots").decrypt(first).decode() == "钥匙"


def test_each_purpose_has_a_key_of_its_own():
    token = cipher("robots").encrypt(b"said")
    with pytest.raises(InvalidToken):
        cipher("second factor").decrypt(token)


def test_a_changed_key_reads_what_the_old_one_wrote_and_writes_anew(settings):
    settings.SECRET_KEY = OLD
    token = cipher("robots").encrypt(b"said")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [OLD]
    assert cipher("robots").decrypt(token) == b"said"
    renewed = cipher("robots").rotate(token)
    settings.SECRET_KEY_FALLBACKS = []
    assert cipher("robots").decrypt(renewed) == b"said"
    with pytest.raises(InvalidToken):
        cipher("robots").decrypt(token)
