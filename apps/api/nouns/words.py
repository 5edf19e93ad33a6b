"""Bodies of writes that carry nothing but words."""

from typing import Any

from rest_framework import serializers

LONGEST, SHORT = 4000, 1000
Body = serializers.Serializer[Any]


def text(longest: int = LONGEST) -> serializers.CharField:
    """Words that may be missing: whether they are needed is the operation's to say."""
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="")


class Nothing(Body):
    """The act says it all."""


class Reason(Body):
    reason = text(SHORT)
