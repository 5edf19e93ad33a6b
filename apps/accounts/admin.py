"""People, what they hold and who stands in for them, as administrators keep them.

No permissions, groups or superusers: rights come from roles. Nobody is ever deleted.
"""

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
from django.views.decorators.debug import sensitive_post_parameters

from apps.accounts.models import Deputy, Membership, User
from apps.accounts.operations import (
    add_user,
    end_role,
    give_role,
    keep_user,
    name_deputy,
    set_password,
)
from apps.audit.admin import SEEN, AuditedAdmin, KeptForm
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import ReadOnlyInline, actor_of

describe(
    acts={
        "accounts.sign_in": _("Signed in"),
        "accounts.set_password": _("Set a new password"),
        "accounts.change_password": _("Changed the password"),
        "accounts.choose_language": _("Chose a language"),
        "accounts.give_role": _("Gave a role"),
        "accounts.end_role": _("Ended a role"),
        "accounts.name_deputy": _("Named a deputy"),
    },
    kept=[User],
)


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
class UserAdmin(AuditedAdmin):
    readers = (Role.ADMINISTRATOR, Role.AUDITOR)
    keepers = (Role.ADMINISTRATOR,)
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
        return found.prefetch_related("memberships__agency")

    @admin.display(description=_("roles"))
    def holds_now(self, user: User) -> str:
        today = timezone.localdate()
        held = [
            f"{m.get_role_display()} · {m.agency.label}"
            for m in user.memberships.all()
            if m.from_on <= today and (m.to_on is None or m.to_on >= today)
        ]
        return "; ".join(held) or "—"

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
