"""What the interface itself keeps, by noun."""

from apps.api.models.feed import Change, FeedEpoch
from apps.api.models.idempotency import KeptAnswer
from apps.api.models.webhook import Webhook, WebhookDelivery

__all__ = ["Change", "FeedEpoch", "KeptAnswer", "Webhook", "WebhookDelivery"]
