"""What a message says at the moment at which it leaves: only what still holds."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.reminders.causes import BY_KEY
from apps.reminders.channels import Call, Letter, Message
from apps.reminders.digests import grouped, mail_of, worth_a_mail
from apps.reminders.ladders import Day
from apps.reminders.models import Delivery, Digest, Reminder, Robot
from apps.reminders.operations.digests import preferences_of
from apps.reminders.operations.group_calls import told
from apps.reminders.robots import Notice, plain
from apps.workdays.models import current_calendar


def composed(delivery: Delivery, *, on: date) -> Message | None:
    """The message as of that day; None when there is nothing to say any more."""
    if delivery.digest:
        return _letter(delivery, delivery.digest, on)
    return _call(delivery, delivery.robot, on) if delivery.robot else None


def _letter(delivery: Delivery, digest: Digest, on: date) -> Letter | None:
    if not digest.user.email or not digest.user.is_active:
        return None
    preference = preferences_of(digest.user_id)
    sent = digest.reminders.select_related("measure").order_by("pk")
    worth = [each for each in still_owed(sent, on=on) if worth_a_mail(each, preference)]
    return Letter(mail_of(delivery.message_id, digest.user, digest.on, worth)) if worth else None


def _call(delivery: Delivery, robot: Robot, on: date) -> Call | None:
    reminders = told(robot, on=delivery.on).select_related("measure").order_by("pk")
    once = {(each.cause, each.subject_id): each for each in still_owed(reminders, on=on)}
    if not once or not robot.active:
        return None
    with translation.override(settings.LANGUAGE_CODE):
        return Call(robot, _notice(robot, delivery, list(once.values())))


def still_owed(reminders: Iterable[Reminder], *, on: date) -> list[Reminder]:
    """Those of which the fact still stands: not done, not moved, not at rest. A query a cause."""
    found = list(reminders)
    day = Day(on, current_calendar())
    standing = {cause: _facts(cause, found, day) for cause in {each.cause for each in found}}
    return [each for each in found if (each.subject_id, each.owed_on) in standing[each.cause]]


def _facts(key: str, reminders: Iterable[Reminder], day: Day) -> set[tuple[int, date]]:
    """Of what these reminders are about, everything that is owed on the day for this cause."""
    if key not in BY_KEY:
        return set()
    subjects = {each.subject_id for each in reminders if each.cause == key}
    rows = BY_KEY[key].owed(day).filter(pk__in=subjects)
    return set(rows.values_list("subject_", "owed_on_"))


def _notice(robot: Robot, delivery: Delivery, reminders: Sequence[Reminder]) -> Notice:
    """In the language of the office. The number tells a repeated call from a second one."""
    lines: list[str] = []
    for group in grouped(reminders, Day(delivery.on, current_calendar())):
        lines.append(f"**{group.todo}**")
        lines += [f"- [{plain(each.what)}]({each.address})  {each.why}" for each in group.entries]
    said = {"agency": robot.agency.label, "day": date_format(delivery.on, "MONTH_DAY_FORMAT")}
    closing = _("[Open policytrack](%(site)s/) · No. %(number)s") % {
        "site": settings.SITE_URL,
        "number": delivery.pk,
    }
    return Notice(_("%(day)s: reminders for %(agency)s") % said, tuple(lines), closing)
