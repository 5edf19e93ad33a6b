"""Group robots as the administrator keeps them. Their address and secret are never read again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.utils.translation import gettext as _

from apps.audit.operations import add_reference, keep_reference
from apps.audit.reading import describe
from apps.core.actor import Actor, Role
from apps.core.errors import RuleBroken
from apps.reminders.channels import sealed, sealed_anew
from apps.reminders.models import Robot

KEEPERS = (Role.ADMINISTRATOR,)
HTTPS = "https://"
SEALED = ("address_encrypted", "secret_encrypted")

describe(kept=[Robot])


@transaction.atomic
def add_robot(robot: Robot, *, address: str, secret: str = "", by: Actor, at: datetime) -> Robot:
    """Enter a robot. Raises NotAllowed, or RuleBroken for an address that is none of https."""
    if not address:
        raise RuleBroken(_("The address is needed."), field="address")
    for name, value in _sealed(address, secret).items():
        setattr(robot, name, value)
    return add_reference(robot, keepers=KEEPERS, by=by, at=at)


@transaction.atomic
def keep_robot(
    robot: Robot,
    said: Mapping[str, Any],
    *,
    address: str = "",
    secret: str = "",
    seen: int,
    by: Actor,
    at: datetime,
) -> Robot:
    """Change what is said of a robot; an address or a secret that is left empty stays."""
    changed = {**said, **_sealed(address, secret)}
    return keep_reference(robot, changed, seen=seen, keepers=KEEPERS, by=by, at=at)


@transaction.atomic
def seal_robots_anew(*, by: Actor, at: datetime) -> tuple[int, list[Robot]]:
    """Encrypt every address and secret with the key of today, after SECRET_KEY was changed.

    Returns how many robots were, and those whose key is gone: they have to be entered again.
    """
    lost = []
    robots = list(Robot.objects.select_for_update().order_by("pk"))
    for robot in robots:
        try:
            anew = {name: sealed_anew(getattr(robot, name)) for name in SEALED}
        except InvalidToken:
            lost.append(robot)
        else:
            keep_reference(robot, anew, seen=robot.version, keepers=KEEPERS, by=by, at=at)
    return len(robots) - len(lost), lost


def _sealed(address: str, secret: str) -> dict[str, str]:
    """What was typed as it is kept: encrypted, so that the audit trail cannot tell it either."""
    if address and not address.startswith(HTTPS):
        raise RuleBroken(_("The address begins with https://"), field="address")
    said = dict(zip(SEALED, (address, secret), strict=True))
    return {name: sealed(text) for name, text in said.items() if text}
