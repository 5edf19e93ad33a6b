"""What a program is told of a message that did not arrive: why, and never what was answered.

The program chose the address. The words of whoever answers there, and of our own resolver, are for
administrators: they would show what lies in networks that the program does not reach itself.
"""

import re
from typing import Any

from rest_framework import serializers

from apps.api.shapes import Derived
from apps.reminders.outbound import Failure, Trouble

STATUS = re.compile(r"HTTP ([1-5][0-9]{2})\b")


class TroubleRow(serializers.Serializer[Any]):
    """Why it did not arrive: a code, a sentence, and the status that was answered, if any."""

    trouble = serializers.CharField()
    reason = serializers.CharField()
    status = serializers.IntegerField(allow_null=True)


def told(failure: Failure | None) -> dict[str, Any]:
    """Nothing of `detail` but the number of its status."""
    if failure is None:
        return {"trouble": "", "reason": "", "status": None}
    said, found = failure.trouble, STATUS.match(failure.detail)
    status = int(found[1]) if found else None
    return {"trouble": said.value, "reason": str(said.label), "status": status}


def _part(name: str) -> Derived:
    return Derived(("last_error",), lambda kept, on: told(_read(kept[0]))[name])


def _read(kept: str) -> Failure | None:
    """As `Failure` was kept in a row."""
    code, _space, detail = kept.partition(" ")
    return Failure(Trouble(code), detail) if code in Trouble.values else None


OF_LAST_ERROR = {name: _part(name) for name in ("trouble", "reason", "status")}
