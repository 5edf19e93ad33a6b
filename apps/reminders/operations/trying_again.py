"""What the administrator does about the ways out: try a failed message again, try a way at all."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.audit.operations import record, refuse_unless_kept_by
from apps.audit.reading import describe
from apps.core.actor import Actor, Role
from apps.core.errors import NotAllowed, RuleBroken
from apps.reminders.channels import Call
from apps.reminders.models import Delivery, Robot
from apps.reminders.operations.digests import new_message_id
from apps.reminders.outbound import Failure, Mail, MailLine
from apps.reminders.robots import Notice

KEEPERS = (Role.ADMINISTRATOR,)

describe(acts={"reminders.try_again": gettext_lazy("Failed message tried again")})


@transaction.atomic
def try_again(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """A message that was given up waits anew, with all its attempts before it."""
    refuse_unless_kept_by(KEEPERS, by)
    locked = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if locked.state != Delivery.State.FAILED:
        raise RuleBroken(_("This message has not been given up, or is tried again already."))
    locked.state, locked.attempts, locked.next_attempt_at = Delivery.State.WAITING, 0, at
    locked.save(update_fields=["state", "attempts", "next_attempt_at"])
    record("reminders.try_again", locked, by=by, at=at)
    return locked


def send_test_mail(user: User, *, by: Actor, at: datetime) -> Failure | None:
    """A letter to one's own address, now. Nothing is kept of it; None once it was accepted."""
    if user.pk != by.pk:
        raise NotAllowed(_("Everybody chooses this for themselves."))
    if not user.email:
        raise RuleBroken(_("No e-mail address is on record for you; the administrator enters it."))
    text = _("This is a test message. Reminders will reach you at this address.")
    subject = _("policytrack: test message")
    with MailLine.opened() as line:
        return line.send(Mail(new_message_id(), user.email, subject, text, f"<p>{text}</p>"))


def call_robot(robot: Robot, *, by: Actor, at: datetime) -> Failure | None:
    """Let a group robot say that it works, now. None once its server accepted it."""
    refuse_unless_kept_by(KEEPERS, by)
    closing = _("This is a test message: reminders for %(agency)s will come here.")
    said = closing % {"agency": robot.agency.label}
    with MailLine.opened() as line:
        return Call(robot, Notice(_("policytrack: test message"), (), said)).send(line, at=at)
