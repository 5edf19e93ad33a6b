"""People, what they hold and who stands in for them, as administrators keep them.

No permissions, groups or superusers: rights come from roles. Nobody is ever deleted.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import unquote
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import BaseUserCreationForm, SetPasswordForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.models import Deputy, Membership, ServiceAccount, User
from apps.accounts.operations import (
    add_user,
    end_role,
    give_role,
    keep_user,
    may_end,
    may_use,
    name_deputy,
    set_password,
    use_account,
)
from apps.audit.admin import SEEN, AuditedAdmin, KeptForm, OnRecordAdmin
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import BulkActsAdmin, ReadOnlyInline, Said, actor_of
from apps.core.errors import RuleBroken, Sentence, Verdict

describe(
    acts={
        "accounts.sign_in": _("Signed in"),
        "accounts.sign_in_failed": _("Failed to sign in"),
        "accounts.locked_out": _("Locked out after wrong passwords"),
        "accounts.add_second_factor": _("Set up a second factor"),
        "accounts.remove_second_factor": _("Took a second factor away"),
        "accounts.reset_second_factor": _("Made new recovery codes"),
        "accounts.set_password": _("Set a new password"),
        "accounts.change_password": _("Changed the password"),
        "accounts.choose_language": _("Chose a language"),
        "accounts.give_role": _("Gave a role"),
        "accounts.end_role": _("Ended a role"),
        "accounts.name_deputy": _("Named a deputy"),
        "accounts.end_deputy": _("Ended a deputy's standing in"),
    },
    kept=[User],
)


ACCOUNT_ACTS: Mapping[str, Sentence] = {
    "close": _("Close the accounts"),
    "open": _("Open the accounts again"),
}
END_ROLES: Mapping[str, Sentence] = {"end": _("End these roles today")}


class AddUserForm(KeptForm, BaseUserCreationForm):  # type: ignore[type-arg]  # not subscriptable
    """The first password is told in person and changed by its owner."""

    class Meta:
        model = User
        fields = ("username", "name", "email", "language")


class EndRoleForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    def clean_to_on(self) -> Any:
        day = self.cleaned_data["to_on"]
        if day is None and self.instance.to_on is not None:
            raise forms.ValidationError(_("A role that has ended is given anew instead."))
        return day


class _RolesInline(admin.TabularInline):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows that the administrators of the page may write, each by its own operation."""

    extra = 0
    can_delete = False
    classes = ("rows",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request).holds(Role.ADMINISTRATOR)

    has_add_permission = has_change_permission


class HeldInline(_RolesInline):
    """What somebody holds or held. A row is ended, never changed."""

    model = Membership
    form = EndRoleForm
    fields = ("role", "agency", "from_on", "to_on")
    readonly_fields = ("role", "agency", "from_on")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Membership]":
        return super().get_queryset(request).select_related("agency", "user")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class GiveInline(_RolesInline):
    """A role to give; empty rows are left out."""

    model = Membership
    fields = ("role", "agency", "from_on")
    autocomplete_fields = ("agency",)
    extra = 1
    verbose_name = _("new membership")
    verbose_name_plural = _("Give a role")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Membership]":
        return super().get_queryset(request).none()


class DeputyInline(ReadOnlyInline):
    model = Deputy
    fk_name = "absent"
    fields = ("deputy", "role", "from_on", "to_on")
    verbose_name_plural = _("Deputies")


class NameDeputyInline(_RolesInline):
    model = Deputy
    fk_name = "absent"
    fields = ("deputy", "role", "from_on", "to_on")
    autocomplete_fields = ("deputy",)
    extra = 1
    verbose_name = _("new deputy")
    verbose_name_plural = _("Name a deputy")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Deputy]":
        return super().get_queryset(request).none()


@admin.register(User)
class UserAdmin(BulkActsAdmin, AuditedAdmin):
    readers = (Role.ADMINISTRATOR, Role.AUDITOR)
    keepers = (Role.ADMINISTRATOR,)
    change_form_template = "admin/user_form.html"
    codes = ("username",)
    list_display = ("username", "name", "holds_now", "language", "is_active", "last_login")
    list_filter = ("is_active", "language")
    search_fields = ("username", "name", "email")
    readonly_fields = ("last_login", "password_link")
    fieldsets = (
        (None, {"fields": ("username", "name", "email", "language", "is_active")}),
        (_("Sign-in"), {"fields": ("last_login", "password_link")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "name", "email", "language")}),
        (_("First password"), {"fields": ("password1", "password2")}),
    )
    inlines = (HeldInline, GiveInline, DeputyInline, NameDeputyInline)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[User]":
        found: QuerySet[User] = super().get_queryset(request)
        return found.select_related("service_account").prefetch_related("memberships__agency")

    @admin.display(description=_("roles"))
    def holds_now(self, user: User) -> str:
        """Of a program, that it is one: its user is closed, and nobody should open it."""
        if hasattr(user, "service_account"):
            return str(ServiceAccount._meta.verbose_name)
        today = timezone.localdate()
        held = [
            f"{m.get_role_display()} · {m.agency.label}"
            for m in user.memberships.all()
            if m.from_on <= today and (m.to_on is None or m.to_on >= today)
        ]
        return pgettext("between recipients", "; ").join(held) or "—"

    @admin.display(description=_("password"))
    def password_link(self, user: User) -> str:
        address = reverse("admin:accounts_user_password", args=[user.pk])
        return format_html('<a href="{}">{}</a>', address, _("Set a new password"))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return super().get_readonly_fields(request, obj) if obj else ()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        chosen = {} if obj else {"form": AddUserForm}
        return super().get_form(request, obj, change, **chosen, **kwargs)

    def add(self, request: HttpRequest, obj: User, form: Any) -> User:
        return add_user(
            obj.username,
            name=obj.name,
            email=obj.email,
            language=obj.language,
            password=form.cleaned_data["password1"],
            by=actor_of(request),
            at=timezone.now(),
        )

    def keep(self, request: HttpRequest, obj: User, form: Any) -> None:
        seen = form.cleaned_data[SEEN] or 0
        keep_user(obj, form.said(), seen=seen, by=actor_of(request), at=timezone.now())

    def get_bulk_acts(self, request: HttpRequest) -> Mapping[str, Sentence]:
        return ACCOUNT_ACTS if self.has_change_permission(request) else {}

    def judge(self, request: HttpRequest, obj: User, name: str) -> Verdict:
        return may_use(obj, actor_of(request), is_active=name == "open")

    def perform(self, request: HttpRequest, obj: User, name: str, said: Said) -> None:
        if name not in ACCOUNT_ACTS:
            raise Http404
        active = name == "open"
        use_account(obj, is_active=active, seen=said.seen, by=actor_of(request), at=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """What is held and who stands in is written by the operations of each."""
        for row in formset.save(commit=False):
            if isinstance(row, Deputy):
                self._name_deputy(request, row)
            elif row.pk:
                end_role(row, on=row.to_on, by=actor_of(request), at=timezone.now())
            else:
                self._give_role(request, row)

    def _give_role(self, request: HttpRequest, row: Membership) -> None:
        give_role(
            row.user,
            Role(row.role),
            agency=row.agency,
            from_on=row.from_on,
            by=actor_of(request),
            at=timezone.now(),
        )

    def _name_deputy(self, request: HttpRequest, row: Deputy) -> None:
        name_deputy(
            row.absent,
            deputy=row.deputy,
            role=Role(row.role),
            from_on=row.from_on,
            to_on=row.to_on,
            by=actor_of(request),
            at=timezone.now(),
        )

    # --- A new password -------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.password_view)
        own = path("<path:object_id>/password/", page, name="accounts_user_password")
        return [own, *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().add_view(request, *args, **kwargs)

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Set somebody's password; the rules for passwords hold."""
        user = self.get_object(request, unquote(object_id))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        form: Any = SetPasswordForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            return self._set_password(request, user, form.cleaned_data["new_password1"])
        context = {
            **self.admin_site.each_context(request),
            "title": _("Set a new password"),
            "subtitle": str(user),
            "opts": self.opts,
            "original": user,
            "media": self.media,
            "adminform": AdminForm(form, [(None, {"fields": list(form.fields)})], {}),
            "form": form,
        }
        return TemplateResponse(request, "admin/set_password.html", context)

    def _set_password(self, request: HttpRequest, user: User, password: str) -> HttpResponse:
        set_password(user, password, by=actor_of(request), at=timezone.now())
        if user.pk == request.user.pk:
            user.refresh_from_db()
            update_session_auth_hash(request, user)
        self.message_user(request, _("The new password is set."))
        return redirect("admin:accounts_user_change", user.pk)


class HeldNow(admin.SimpleListFilter):
    title = _("held")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("now", _("Now")), ("past", _("Ended"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in ("now", "past"):
            return queryset
        held = Membership.objects.active(on=timezone.localdate())
        return (queryset.filter if self.value() == "now" else queryset.exclude)(pk__in=held)


@admin.register(Membership)
class MembershipAdmin(BulkActsAdmin, OnRecordAdmin):
    """Who holds what, across all agencies: read here, given on the person's page, ended in one."""

    readers = (Role.ADMINISTRATOR, Role.AUDITOR)
    list_display = ("user", "role", "agency", "from_on", "to_on")
    list_filter = (HeldNow, "role")
    list_select_related = ("user", "agency")
    search_fields = ("user__username", "user__name", "agency__name", "agency__short_name")
    ordering = ("agency__code", "role", "user__username")
    fields = readonly_fields = ("user", "role", "agency", "from_on", "to_on")

    def get_bulk_acts(self, request: HttpRequest) -> Mapping[str, Sentence]:
        return END_ROLES if actor_of(request).holds(Role.ADMINISTRATOR) else {}

    def judge(self, request: HttpRequest, obj: Membership, name: str) -> Verdict:
        return may_end(obj, on=timezone.localdate())

    def perform(self, request: HttpRequest, obj: Membership, name: str, said: Said) -> None:
        if name not in END_ROLES:
            raise Http404
        if not (verdict := self.judge(request, obj, name)):
            raise RuleBroken(verdict.reason)
        end_role(obj, on=timezone.localdate(), by=actor_of(request), at=timezone.now())
