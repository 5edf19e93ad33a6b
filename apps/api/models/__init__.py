"""What the interface itself keeps, by noun."""

from apps.api.models.idempotency import KeptAnswer

__all__ = ["KeptAnswer"]
