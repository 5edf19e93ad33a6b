"""How the receiver of a webhook sees that a message is ours, whole and new. See docs/feed.md."""

import hashlib
import hmac

OLDEST = 300
"""Seconds: what was signed before was recorded by somebody and sent again."""


def is_ours(said: str, body: bytes, secret: str, *, now: float) -> bool:
    """`said` is the header Policytrack-Signature, `body` the bytes as they came, not parsed."""
    parts = dict(part.partition("=")[::2] for part in said.split(","))
    seconds, digest = parts.get("t", ""), parts.get("v1", "")
    if not seconds.isdecimal() or abs(now - int(seconds)) > OLDEST:
        return False
    signed = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(signed, digest)
