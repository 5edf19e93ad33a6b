"""The admin site: a place, not a role. Who may do what there is decided by roles."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from django import forms
from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.core.actor import Actor, Role
from apps.core.errors import NotAllowed, Refusal, RuleBroken, Sentence, Verdict
from apps.core.search import words_of
from apps.core.typed import LONGEST_REASON, versions, whole_number

AT_HOME = (Role.SUPERVISOR, Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
"""The roles that work in the admin."""


class Site(admin.AdminSite):
    """Shows the tables whose rights are by role, and signs in by the one page that does."""

    site_header = "policytrack"
    site_title = "policytrack"
    index_title = _("Administration")
    enable_nav_sidebar = False  # the lists need the width; the index is one click away

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[Any] | None = None,
        **options: Any,
    ) -> None:
        """Packages bring tables by Django's permissions, which nobody holds here: left out."""
        if admin_class is not None and issubclass(admin_class, RoleAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and any(actor_of(request).holds(role) for role in AT_HOME)

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Django's own form here would know nothing of lock-outs and second factors."""
        if self.has_permission(request):
            return redirect(f"{self.name}:index")
        if request.user.is_authenticated:
            raise NotAllowed(_("None of your roles works in the administration."))
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or request.get_full_path()
        return redirect_to_login(wanted, settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The field first, then the ground it stands on."""
        order = [config.label for config in apps.get_app_configs()]
        listed: list[Any] = super().get_app_list(request, app_label)
        return sorted(listed, key=lambda shown: -order.index(shown["app_label"]))


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person, as the accounts middleware attached it."""
    return cast(Actor, request.standing)  # type: ignore[attr-defined]  # set by StandingMiddleware


class RoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rights by role: `readers` may look, `keepers` may also add and change. Nobody deletes.

    Django's own log is not written: what happens is on record in the audit trail.
    """

    readers: Collection[Role] = AT_HOME
    keepers: Collection[Role] = ()

    class Media:
        css = {"all": ["core/admin.css"]}

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.readers)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._holds(request, self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.keepers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._holds(request, self.keepers)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """A NUL is in no text of ours, and the database would not even look for it."""
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        raise Http404

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        return None

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> Any:
        return None

    def _holds(self, request: HttpRequest, roles: Collection[Role]) -> bool:
        return any(actor_of(request).holds(role) for role in roles)


class FoundByWords(RoleAdmin):
    """A list of what is `Searchable`: found by characters, code and pinyin initials, as everywhere.

    `search_fields` only say that there is a box; the columns are those of the QuerySet.
    """

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        if words := words_of(search_term):
            return queryset.matching(words), False
        return (queryset.none() if search_term.strip() else queryset), False


class ReadOnlyInline(admin.TabularInline):  # type: ignore[type-arg]  # as above
    """Rows shown below their record; whoever sees the record sees them."""

    extra = 0
    can_delete = False
    classes: Any = ("rows",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TypedFilter(admin.SimpleListFilter):
    """A filter beside a list that takes what is typed, where a choice of all values is too long."""

    template = "admin/typed_filter.html"
    input_type = "text"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[Any, str]]:
        return [("", "")]

    def choices(self, changelist: Any) -> Iterator[Any]:
        """The other parameters of the list, which the form carries along."""
        others = changelist.get_filters_params()
        kept = [(name, one) for name, values in others.items() for one in values]
        if changelist.query:
            kept.append(("q", changelist.query))
        yield {"kept": [(n, v) for n, v in kept if n != self.parameter_name]}


# --- Acts of a workflow: POST forms that call operations -----------------------------------


@dataclass(frozen=True)
class Blank:
    """One more thing that the form of an act asks for."""

    name: str
    label: Sentence
    kind: str = "text"
    """The type of its input: text or date."""
    required: bool = True


@dataclass(frozen=True)
class WorkflowButton:
    """One act as a record's page offers it; a refused one stands there with the reason."""

    name: str
    label: Sentence
    verdict: Verdict
    needs_reason: bool = False
    target: str = ""
    """Which row below the record is meant, where the record alone does not say it."""
    about: Sentence = ""
    """That row in words."""
    url: str = ""
    """The page with the form, where that is more than can stand here."""
    blanks: Sequence[Blank] = ()
    """What is asked for beside a reason."""


@dataclass(frozen=True)
class Said:
    """What the person's form said: the version it showed, a reason, a row below the record.

    `typed` has everything else as it was typed.
    """

    seen: int
    reason: str = ""
    target: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, form: QueryDict) -> "Said":
        """Raises ValidationError when the reason is no text or too long to be read."""
        reason = forms.CharField(required=False, max_length=LONGEST_REASON, strip=False)
        return cls(
            whole_number(form.get("seen", "")),
            reason.clean(form.get("reason", "")),
            form.get("target", ""),
            form.dict(),
        )


class BulkActsAdmin(RoleAdmin):
    """A list whose acts are judged row by row: first it is asked, then each is done by itself.

    A subclass says which acts there are, who may, and which operation performs them; nothing
    here knows what the acts mean. Rows with a `version` are refused when it has moved.
    """

    def get_bulk_acts(self, request: HttpRequest) -> Mapping[str, Sentence]:
        """The acts offered on the list, by name, with their labels."""
        return {}

    def judge(self, request: HttpRequest, obj: Any, name: str) -> Verdict:
        """Whether this person may perform a bulk act on the record as it stands. No query."""
        raise NotImplementedError

    def perform(self, request: HttpRequest, obj: Any, name: str, said: Said) -> None:
        """Call the operation behind an act. Raises Http404 for an act that does not exist."""
        raise NotImplementedError

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {
            name: (partial(_act_on_many, name=name), name, label)
            for name, label in self.get_bulk_acts(request).items()
        }

    def ask(self, request: HttpRequest, chosen: Sequence[Any], name: str) -> HttpResponse:
        """Say how many records are meant, and which of them would be refused."""
        rows = [(obj, self.judge(request, obj, name)) for obj in chosen]
        context = {
            **self.admin_site.each_context(request),
            "title": self.get_bulk_acts(request)[name],
            "opts": self.opts,
            "media": self.media,
            "name": name,
            "rows": rows,
            "possible": sum(1 for _obj, verdict in rows if verdict),
            "versions": " ".join(f"{obj.pk}:{_version_of(obj)}" for obj in chosen),
        }
        return TemplateResponse(request, "admin/workflow_confirm.html", context)

    def act_on_many(self, request: HttpRequest, chosen: Iterable[Any], name: str) -> None:
        """Perform an act on each record by itself; each refusal is said beside its record."""
        seen = versions(request.POST.get("versions", "").split())
        done = 0
        for obj in chosen:
            try:
                with transaction.atomic():
                    self.perform(request, obj, name, Said(seen.get(obj.pk, 0)))
            except Refusal as refusal:
                messages.error(request, f"{obj}: {refusal}")
            else:
                done += 1
        if done:
            said = ngettext("Done for %(count)d record.", "Done for %(count)d records.", done)
            messages.success(request, said % {"count": done})


class WorkflowAdmin(BulkActsAdmin):
    """A record with a life of its own: its page and its list offer the acts on it."""

    change_form_template = "admin/workflow_form.html"

    def get_workflow(self, request: HttpRequest, obj: Any) -> list[WorkflowButton]:
        """The acts offered on the record's page."""
        raise NotImplementedError

    def get_urls(self) -> list[Any]:
        act = path(
            "<int:object_id>/act/<slug:name>/",
            self.admin_site.admin_view(require_POST(self.act_view)),
            name=f"{self.opts.app_label}_{self.opts.model_name}_act",
        )
        return [act, *super().get_urls()]

    def act_view(self, request: HttpRequest, object_id: int, name: str) -> HttpResponse:
        """Perform one act, all or nothing; a broken rule comes back as a sentence."""
        obj = self.get_object(request, str(object_id))
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        if obj is None:
            raise Http404
        try:
            with transaction.atomic():
                self.perform(request, obj, name, Said.of(request.POST))
        except (RuleBroken, ValidationError) as refusal:
            said = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            messages.error(request, " ".join(said))
            if reason := request.POST.get("reason"):
                messages.info(request, _("You had written: “%(text)s”") % {"text": reason})
        else:
            messages.success(request, _("Done: %(record)s") % {"record": obj})
        opts = self.opts
        return redirect(
            f"{self.admin_site.name}:{opts.app_label}_{opts.model_name}_change", object_id
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        if obj := kwargs.get("obj"):
            context["workflow"] = self.get_workflow(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)


def _act_on_many(
    model_admin: BulkActsAdmin,
    request: HttpRequest,
    queryset: "models.QuerySet[Any]",
    *,
    name: str,
) -> HttpResponse | None:
    """Django's idea of a list action: ask first, then act on what was asked about."""
    if "confirmed" not in request.POST:
        return model_admin.ask(request, list(queryset), name)
    asked_about = versions(request.POST.get("versions", "").split())
    model_admin.act_on_many(request, list(queryset.filter(pk__in=asked_about)), name)
    return None


def _version_of(obj: Any) -> int:
    """A row that is only ever ended has no version: its operation looks at what it says."""
    version: int = getattr(obj, "version", 0)
    return version
