"""How a message shows where it comes from, and the secrets that are kept for it."""

import hashlib
import hmac
import secrets
from datetime import datetime

from apps.core.ciphers import cipher

PURPOSE = "webhooks"
PREFIX = "whsec_"
HEADER = "Policytrack-Signature"


def signature(secret: str, body: bytes, *, at: datetime) -> str:
    """`t=…,v1=…`: seconds, and the HMAC-SHA256 of «seconds.body» in hexadecimal digits."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={digest.hexdigest()}"


def new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def sealed(text: str) -> str:
    """An address or a secret as the database keeps it."""
    return cipher(PURPOSE).encrypt(text.encode()).decode()


def unsealed(token: str) -> str:
    """What `sealed` was given."""
    return cipher(PURPOSE).decrypt(token.encode()).decode()


def sealed_anew(token: str) -> str:
    """Encrypted with the key of today. Raises InvalidToken where the former key is gone."""
    return cipher(PURPOSE).rotate(token.encode()).decode()
