"""Ladders of reminders: a new version is entered, previewed first; none is changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.admin import SEEN, AuditedAdmin, KeptForm
from apps.core.admin import actor_of
from apps.core.errors import RuleBroken
from apps.measures.models import Measure
from apps.reminders.causes import BY_KEY, CAUSES, Cause
from apps.reminders.ladders import Rung, Rungs, rungs_of
from apps.reminders.models import Ladder, Recipient
from apps.reminders.operations.ladders import (
    KEEPERS,
    check_rungs,
    last_number,
    set_ladder,
)
from apps.reminders.operations.planning import Message, ladders_on, preview
from apps.workdays.models import current_calendar

MOST_STEPS = 8
LISTED = 200
"""So many messages of a preview are shown; the sentence counts them all."""
PREVIEW = "_preview"
STEP = ("workdays", "reaches", "is_escalation", "proposes_bulletin")


class Previewed(RuleBroken):
    """Nothing was saved: the messages that would go out are shown instead."""

    def __init__(self, on: date, number: int) -> None:
        said = ngettext(
            "Not saved yet. On these rules, this %(count)d message would go out on %(day)s.",
            "Not saved yet. On these rules, these %(count)d messages would go out on %(day)s.",
            number,
        )
        super().__init__(said % {"count": number, "day": on.isoformat()})


class LadderForm(KeptForm):
    """A new version, beginning with the steps that hold now. A step without workdays is none."""

    cause = forms.ChoiceField(
        choices=[(cause.key, cause.label) for cause in CAUSES], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cause = BY_KEY.get(str(self.initial.get("cause")), CAUSES[0])
        self.initial = {**self._starting(cause), **self.initial, SEEN: last_number(cause)}

    def _starting(self, cause: Cause) -> dict[str, Any]:
        today = timezone.localdate()
        starting: dict[str, Any] = {"cause": cause.key, "from_on": today, "active": True}
        for n, rung in enumerate(ladders_on(today)[cause.key], start=1):
            starting |= {_named(name, n): getattr(rung, name) for name in STEP}
        return starting

    @property
    def chosen(self) -> Cause:
        return BY_KEY[self.cleaned_data["cause"]]

    def rungs(self) -> Rungs:
        """The steps that were typed, from the first to the last."""
        return tuple(sorted(self._rungs(), key=lambda rung: rung.workdays))

    def _rungs(self) -> Iterator[Rung]:
        for n in range(1, MOST_STEPS + 1):
            workdays, reaches, *marks = (self.cleaned_data[_named(name, n)] for name in STEP)
            if workdays is not None:
                yield Rung(workdays, tuple(map(Recipient, reaches)), *marks)

    def _show_both_versions(self) -> None:
        """The page comes back with the version to follow; what was typed stays."""
        self.add_error(None, str(self.refusal))
        typed: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which can
        typed[self.add_prefix(SEEN)] = str(last_number(self.chosen))
        self.data = typed


def _named(name: str, n: int) -> str:
    return f"{name}_{n}"


def _rows(n: int) -> list[Any]:
    """When and how on one line, whom below it."""
    marks = (_named(name, n) for name in ("workdays", "is_escalation", "proposes_bulletin"))
    return [tuple(marks), _named("reaches", n)]


def _step_fields(n: int) -> Iterator[tuple[str, forms.Field]]:
    yield (
        _named("workdays", n),
        forms.IntegerField(
            label=_("workdays"), required=False, help_text=_("After the day; negative: before it.")
        ),
    )
    yield (
        _named("reaches", n),
        forms.MultipleChoiceField(
            label=_("reaches"),
            required=False,
            choices=Recipient.choices,
            widget=forms.CheckboxSelectMultiple,
        ),
    )
    yield _named("is_escalation", n), forms.BooleanField(label=_("escalation"), required=False)
    label = _("proposes a place in the bulletin")
    yield _named("proposes_bulletin", n), forms.BooleanField(label=label, required=False)


STEP_FIELDS = [dict(_step_fields(n)) for n in range(1, MOST_STEPS + 1)]
EnteringForm: Any = type(
    "EnteringForm", (LadderForm,), {name: f for fields in STEP_FIELDS for name, f in fields.items()}
)
HEAD = ("cause", "from_on", "active", "reason")


@admin.register(Ladder)
class LadderAdmin(AuditedAdmin):
    """Versions of the ladders, and what holds where none was entered."""

    form = EnteringForm
    keepers = KEEPERS
    change_form_template = "admin/ladder_form.html"
    change_list_template = "admin/ladder_list.html"
    list_display = ("cause_in_words", "number", "from_on", "active", "steps", "reason", "by_name")
    list_filter = ("active",)

    @admin.display(description=_("told of"), ordering="cause")
    def cause_in_words(self, ladder: Ladder) -> Any:
        return BY_KEY[ladder.cause].label if ladder.cause in BY_KEY else ladder.cause

    @admin.display(description=_("steps of a ladder"))
    def steps(self, ladder: Ladder) -> Any:
        return in_words(rungs_of(ladder))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("steps")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj:
            shown = ("cause_in_words", "number", "from_on", "active", "steps", "reason")
            return [(None, {"fields": (*shown, "by_name", "at")})]
        cause = BY_KEY.get(request.POST.get("cause") or request.GET.get("cause", ""), CAUSES[0])
        steps = [
            (format_lazy(_("Step {number}"), number=n), {"fields": _rows(n), "classes": ["step"]})
            for n in range(1, MOST_STEPS + 1)
        ]
        return [(cause.label, {"fields": HEAD}), *steps]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("cause_in_words", "steps") if obj else ()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        ladders = ladders_on(timezone.localdate())
        held = [(cause, in_words(ladders[cause.key])) for cause in CAUSES]
        return super().changelist_view(request, {"in_force": held})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> Any:
        shown = request.preview = {}  # type: ignore[attr-defined]  # filled by add below
        return super().changeform_view(request, object_id, form_url, shown)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """A preview is no error, though it comes about as a refusal to save."""
        if "preview" in context:
            context["errors"] = None
        return super().render_change_form(request, context, *args, **kwargs)

    def add(self, request: HttpRequest, obj: Ladder, form: Any) -> Ladder:
        if PREVIEW in request.POST:
            self._show_preview(request, form.chosen, form.rungs() if obj.active else ())
        return set_ladder(
            form.chosen,
            form.rungs(),
            active=obj.active,
            from_on=obj.from_on,
            reason=obj.reason,
            seen=form.cleaned_data[SEEN] or 0,
            by=actor_of(request),
            at=timezone.now(),
        )

    def _show_preview(self, request: HttpRequest, cause: Cause, rungs: Rungs) -> None:
        """What would go out on the next workday, beyond what was sent already."""
        check_rungs(cause, rungs, active=False)
        on = current_calendar().add(timezone.localdate(), 1)
        messages = list(islice(found := preview(cause, rungs, on=on), LISTED))
        number = len(messages) + sum(1 for _message in found)
        lines = _lines(messages, actor_of(request))
        request.preview.update(preview=lines, more=number - len(lines))  # type: ignore[attr-defined]  # set by changeform_view
        raise Previewed(on, number)


@dataclass(frozen=True)
class Line:
    """One message of a preview. What its reader may not see is not named."""

    recipient: str
    reached_as: str | Promise
    step: str
    owed_on: date
    measure: str


def _lines(messages: Sequence[Message], reader: Any) -> list[Line]:
    ids = {message.measure_id for message in messages}
    seen = Measure.objects.visible_to(reader).filter(pk__in=ids).values_list("pk", "code")
    codes = dict(seen)
    people = User.objects.in_bulk([message.recipient_id for message in messages])
    return [
        Line(
            str(people[message.recipient_id]),
            Recipient(message.reached_as).label,
            say_step(message.step),
            message.owed_on,
            codes.get(message.measure_id or 0, "—"),
        )
        for message in messages
    ]


def in_words(rungs: Rungs) -> Any:
    """Every step on a line of its own."""
    return format_html_join(
        "", "<div>{}</div>", ((_rung_in_words(rung),) for rung in rungs)
    ) or gettext("Nobody is reached.")


def _rung_in_words(rung: Rung) -> str:
    reached = pgettext("between recipients", "; ").join(
        str(recipient.label) for recipient in rung.reaches
    )
    marks = [gettext("escalation")] if rung.is_escalation else []
    marks += [gettext("proposes a place in the bulletin")] if rung.proposes_bulletin else []
    said = gettext("%(when)s → %(who)s") % {"when": say_step(rung.workdays), "who": reached}
    noted = {"said": said, "marks": pgettext("between marks", ", ").join(marks)}
    return gettext("%(said)s (%(marks)s)") % noted if marks else said


def say_step(workdays: int) -> str:
    """Where a step lies, as people say it."""
    number = abs(workdays)
    if not workdays:
        return gettext("On the day")
    if workdays < 0:
        said = ngettext("%(count)d workday before", "%(count)d workdays before", number)
    else:
        said = ngettext("%(count)d workday after", "%(count)d workdays after", number)
    return said % {"count": number}
