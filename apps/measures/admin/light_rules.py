"""Versions of the rule of the lights."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.http import HttpRequest
from django.utils import timezone

from apps.audit.admin import SEEN, AuditedAdmin, KeptForm
from apps.core.admin import actor_of
from apps.measures.models import (
    LightRule,
    current_thresholds,
)
from apps.measures.operations.light_rules import KEEPERS, set_light_rule

THRESHOLDS = ("due_soon_workdays", "behind_points", "far_behind_points")


class LightRuleForm(KeptForm):
    """A new version, beginning with what holds now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        starting = vars(current_thresholds(on=today)) | {"from_on": today, SEEN: _last_number()}
        self.initial = starting | {k: v for k, v in self.initial.items() if k not in starting}

    def _show_both_versions(self) -> None:
        """The page comes back with the version to follow; what was typed stays."""
        self.add_error(None, str(self.refusal))
        typed: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which can
        typed[self.add_prefix(SEEN)] = str(_last_number())
        self.data = typed


@admin.register(LightRule)
class LightRuleAdmin(AuditedAdmin):
    """Versions of the rule: a new one is entered, none is changed."""

    form = LightRuleForm
    keepers = KEEPERS
    change_list_template = "admin/light_rule_list.html"
    list_display = ("number", "from_on", *THRESHOLDS, "reason", "by_name", "at")
    fields = ("from_on", *THRESHOLDS, "reason")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """What holds stands above the versions: where none was entered, it would be nowhere."""
        held = vars(current_thresholds(on=timezone.localdate()))
        named = [(label_for_field(name, LightRule, self), held[name]) for name in THRESHOLDS]
        return super().changelist_view(request, {"in_force": named})

    def add(self, request: HttpRequest, obj: LightRule, form: Any) -> LightRule:
        return set_light_rule(
            obj.thresholds,
            from_on=obj.from_on,
            reason=obj.reason,
            seen=form.cleaned_data[SEEN] or 0,
            by=actor_of(request),
            at=timezone.now(),
        )


def _last_number() -> int:
    return LightRule.objects.values_list("number", flat=True).first() or 0
