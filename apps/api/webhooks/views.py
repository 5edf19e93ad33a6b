"""A program's own webhooks: made, tried, paused, and what was sent to them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from apps.accounts.models import Resource, ServiceToken
from apps.api.clock import now
from apps.api.feed.sight import KINDS
from apps.api.models import Webhook, WebhookDelivery
from apps.api.nouns.finding import by_id
from apps.api.nouns.words import Body, Nothing
from apps.api.problems import Fault, Problem
from apps.api.shapes import Noun
from apps.api.throttles import ByCaller, Pings
from apps.api.views import NounView
from apps.api.webhooks import keeping
from apps.api.webhooks.sending import ping
from apps.api.webhooks.trouble import OF_LAST_ERROR, TroubleRow, told
from apps.api.writing import IF_MATCH, ONCE, Done, body_of, once, refuse_key, seen_of
from apps.reminders.outbound import Failure
from apps.reminders.outbound.addresses import FOR_GOOD, fault_of

LONGEST_ADDRESS = 1000
KIND_NAMES = list(KINDS)


class WebhookRow(Noun):
    """Where a program is told of changes. Address and secret are not shown."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    kinds = serializers.ListField(child=serializers.ChoiceField(choices=KIND_NAMES))
    active = serializers.BooleanField()
    paused_at = serializers.DateTimeField(allow_null=True)
    failures = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


class DeliveryRow(TroubleRow, Noun):
    """A message to a webhook, and what became of it."""

    id = serializers.IntegerField()
    webhook_id = serializers.IntegerField()
    uid = serializers.UUIDField()
    body = serializers.CharField()
    made_at = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    sent_at = serializers.DateTimeField(allow_null=True)
    replay_of = serializers.IntegerField(source="replay_of_id", allow_null=True)

    derived = OF_LAST_ERROR


class SecretRow(serializers.Serializer[Any]):
    """The secret, shown this once only."""

    webhook = serializers.IntegerField()
    secret = serializers.CharField()


class AboutRow(serializers.Serializer[Any]):
    """The webhook, and since when it rests."""

    webhook = serializers.IntegerField()
    paused_at = serializers.DateTimeField(allow_null=True)


class PingRow(TroubleRow):
    """Whether a signed message without entries arrived; else what went wrong."""

    webhook = serializers.IntegerField()
    arrived = serializers.BooleanField()


class ReplayRow(serializers.Serializer[Any]):
    delivery = serializers.IntegerField()
    uid = serializers.UUIDField()


def _address(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST_ADDRESS, **options)


def _kinds(**options: Any) -> serializers.ListField:
    child = serializers.ChoiceField(choices=KIND_NAMES)
    return serializers.ListField(child=child, max_length=len(KINDS), **options)


class Making(Body):
    """`kinds`: none means all that the program may see."""

    name = serializers.CharField(max_length=100)
    address = _address()
    kinds = _kinds(default=list)


class Keeping(Body):
    """What is left out stays."""

    name = serializers.CharField(max_length=100, required=False)
    address = _address(required=False)
    kinds = _kinds(required=False)
    active = serializers.BooleanField(required=False)


class OfWebhook(FilterSet):  # type: ignore[misc]  # the package has no types
    webhook = by_id("webhook_id", _("webhook"))


def _post(name: str, about: str, answers: Any, *, kept: bool, **options: Any) -> Any:
    """An address of one webhook: what it does stands in the method `_NAME` of the view.

    Its answer is `kept` for whoever asks again, or a key for that is refused.
    """

    def perform(self: Any, request: Request, pk: str) -> HttpResponse:
        def act() -> Done:
            webhook = self.mine(pk)
            body_of(request, Nothing)
            done: Done = getattr(self, f"_{name}")(webhook)
            return done

        if kept:
            return once(request, act)
        refuse_key(request)
        return act().response()

    perform.__name__, perform.__doc__ = name, about
    once_only = [ONCE] if kept else []
    described = extend_schema(
        request=Nothing, responses=answers, parameters=once_only, filters=False
    )
    path = name.replace("_", "-")
    routed = action(detail=True, methods=["post"], url_path=path, pagination_class=None, **options)
    return described(routed(perform))


class Webhooks(NounView):
    """The webhooks of the program that asks."""

    resource = Resource.WEBHOOKS
    serializer_class = WebhookRow
    versioned = True

    def visible(self) -> "QuerySet[Any]":
        return Webhook.objects.filter(account__user_id=self.standing.person_id)

    def mine(self, pk: str) -> Webhook:
        found: Webhook = get_object_or_404(self.one(pk).select_related("account"))
        return found

    @property
    def how(self) -> dict[str, Any]:
        return {"by": self.standing, "at": now()}

    @extend_schema(request=Making, responses={201: SecretRow}, filters=False)
    def create(self, request: Request) -> HttpResponse:
        """Make a webhook. The answer, with the secret, is kept nowhere: no Idempotency-Key."""
        if not isinstance(request.auth, ServiceToken):
            why = _("A program makes its webhooks itself: sign in by a token.")
            raise Problem(403, "programs_only", why)
        refuse_key(request)
        said = body_of(request, Making)
        address = _refuse_forbidden(said.pop("address"))
        webhook = Webhook(account=request.auth.account, **said)
        secret = keeping.add_webhook(webhook, address=address, **self.how)
        row = {"webhook": webhook.pk, "secret": secret}
        return Done(row, 201, webhook.version, f"/api/v1/webhooks/{webhook.pk}").response()

    @extend_schema(request=Keeping, responses=AboutRow, parameters=[IF_MATCH, ONCE], filters=False)
    def partial_update(self, request: Request, pk: str) -> HttpResponse:
        """Change what is said of it."""
        self.mine(pk)
        # A name is looked up before anything is locked: nobody waits for somebody else's resolver.
        _refuse_forbidden(body_of(request, Keeping).get("address", ""))
        return once(request, lambda: self._keep(request, pk))

    renew_secret = _post(
        "renew_secret", "A new secret, which signs from now on.", SecretRow, kept=False
    )
    pause = _post("pause", "Let it rest: nothing is lost meanwhile.", AboutRow, kept=True)
    resume = _post("resume", "Go on where it was paused.", AboutRow, kept=True)
    ping = _post(
        "ping",
        "Send a signed message without entries, now.",
        PingRow,
        kept=False,
        throttle_classes=[ByCaller, Pings],
    )

    def _keep(self, request: Request, pk: str) -> Done:
        webhook, said = self.mine(pk), body_of(request, Keeping)
        address = said.pop("address", "")
        how = {"address": address, "seen": seen_of(request), **self.how}
        return _about(keeping.keep_webhook(webhook, said, **how))

    def _renew_secret(self, webhook: Webhook) -> Done:
        return Done({"webhook": webhook.pk, "secret": keeping.renew_secret(webhook, **self.how)})

    def _pause(self, webhook: Webhook) -> Done:
        return _about(keeping.pause(webhook, **self.how))

    def _resume(self, webhook: Webhook) -> Done:
        return _about(keeping.resume(webhook, **self.how))

    def _ping(self, webhook: Webhook) -> Done:
        failure = ping(webhook, at=now())
        if failure and failure.trouble in FOR_GOOD:
            raise _forbidden(failure)
        return Done({"webhook": webhook.pk, "arrived": failure is None} | told(failure))


class Deliveries(NounView):
    """What was sent to the program's webhooks, or waits to be."""

    resource = Resource.WEBHOOKS
    serializer_class = DeliveryRow
    filterset = OfWebhook
    usual_order = "-id"

    def visible(self) -> "QuerySet[Any]":
        mine = Webhook.objects.filter(account__user_id=self.standing.person_id)
        return WebhookDelivery.objects.filter(webhook__in=mine.values("pk"))

    @extend_schema(request=Nothing, responses={201: ReplayRow}, parameters=[ONCE], filters=False)
    @action(detail=True, methods=["post"], pagination_class=None)
    def replay(self, request: Request, pk: str) -> HttpResponse:
        """Send a message that arrived once more, under a number of its own."""
        return once(request, lambda: self._replay(request, pk))

    def _replay(self, request: Request, pk: str) -> Done:
        body_of(request, Nothing)
        sent = get_object_or_404(self.one(pk).select_related("webhook__account"))
        again = keeping.replay(sent, by=self.standing, at=now())
        where = f"/api/v1/webhook-deliveries/{again.pk}"
        return Done({"delivery": again.pk, "uid": again.uid}, 201, location=where)


def _about(webhook: Webhook) -> Done:
    row = {"webhook": webhook.pk, "paused_at": webhook.paused_at}
    return Done(row, version=webhook.version)


def _refuse_forbidden(address: str) -> str:
    """The office's own networks are open to addresses that an administrator enters."""
    if address and (failure := fault_of(address, inside=False)):
        raise _forbidden(failure)
    return address


def _forbidden(failure: Failure) -> Problem:
    code, said = "address_forbidden", failure.trouble.label
    return Problem(409, code, said, faults=[Fault("address", code, said)])
