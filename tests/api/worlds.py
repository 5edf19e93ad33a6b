"""Rows of every noun: what the matrix and the budgets of the interface are tried on."""

from datetime import date

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.api.models import Webhook, WebhookDelivery
from apps.core.actor import Role
from apps.measures.models import DeadlineChange, Evidence
from apps.reminders.models import Reminder
from tests.api.calling import Caller, a_program
from tests.conftest import PDF, a_plan, evidence, extension_asked, fresh, in_progress, reported
from tests.core.test_admin import describe_an_industry
from tests.kpis.figuring import measured
from tests.measures.instructing import instructed
from tests.measures.stories_of_others import answered, asked, asked_to_contribute, contributed
from tests.web.here import of_today

PROGRAMS = {
    "lead": ("LIAISON", "bureau"),
    "supporter": ("UNIT_HEAD", "other"),
    "outside": ("LIAISON", "district"),
    "kpi_owner": ("KPI_OWNER", "office"),
    "supervisor": ("SUPERVISOR", "office"),
    "auditor": ("AUDITOR", "office"),
}
"""Who calls: a role in an agency."""


def a_world(cast, clause):
    """An open measure with everything that hangs on one, and a restricted one nobody else sees."""
    of_today(cast)
    describe_an_industry(clause.policy, cast)
    running = extension_asked(cast, clause)
    asked_to_contribute(cast, running)
    contributed(cast, running)
    answered(cast, asked(cast, running, of="other"), by="stranger")
    reported(cast, running)
    measured(cast, running, clause)
    instructed(cast, running)
    DeadlineChange.objects.create(
        measure=running,
        cause="CALENDAR",
        old_due_on=date(2026, 1, 1),
        new_due_on=date(2026, 1, 2),
        reason="通知",
        decided_by_name="calendar",
        decided_at=cast.at(),
    )
    hidden = in_progress(
        cast,
        clause,
        code="m-hidden",
        plan=a_plan(cast, restricted=True, supporters=[], lead=cast.agencies["bureau"]),
    )
    first = frozenset({hidden.milestones.earliest("pk").pk})
    reported(cast, hidden, reached=first, evidence=[evidence(cast, name="hidden.pdf")])
    assert Evidence.objects.count() >= 2
    a_webhook(cast)
    for n in range(2):
        Reminder.objects.create(
            cause="deadline",
            measure=fresh(running),
            subject_type="measures.measure",
            subject_id=running.pk,
            owed_on=cast.today,
            step=n,
            recipient=cast.users["liaison"],
            reached_as=Role.LIAISON,
            planned_on=cast.today,
            state="SENT",
            sent_at=cast.at(),
        )
    return cast


def a_webhook(cast) -> None:
    """Of a program that nobody else is, with a message that was sent."""
    account = a_program(cast, agency="section").account
    webhook = Webhook.objects.create(
        account=account, name="hook", address_encrypted="x", secret_encrypted="x"
    )
    WebhookDelivery.objects.create(webhook=webhook, body="{}", made_at=cast.at())


def with_files(world):
    """The files of the evidence: rows that are put in again have left them with another test."""
    for piece in Evidence.objects.all():
        if not default_storage.exists(piece.stored_as):
            default_storage.save(piece.stored_as, ContentFile(PDF))
    return world


def programs(cast, **said) -> dict[str, Caller]:
    return {
        name: a_program(cast, role, agency, **said) for name, (role, agency) in PROGRAMS.items()
    }
