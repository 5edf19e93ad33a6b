"""Secrets that the database keeps: encrypted, with a key of their own for each purpose."""

import base64

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def cipher(purpose: str) -> MultiFernet:
    """Encrypts with a key derived from SECRET_KEY; reads what SECRET_KEY_FALLBACKS encrypted.

    `cipher(...).rotate(token)` encrypts anew what an older key encrypted.
    """
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_derived(key, purpose) for key in keys])


def _derived(key: str, purpose: str) -> Fernet:
    derive = HKDF(hashes.SHA256(), 32, salt=None, info=purpose.encode())
    return Fernet(base64.urlsafe_b64encode(derive.derive(key.encode())))
