"""What the interface itself keeps, by noun."""

from apps.api.models.feed import Change, FeedEpoch
from apps.api.models.idempotency import KeptAnswer

__all__ = ["Change", "FeedEpoch", "KeptAnswer"]
