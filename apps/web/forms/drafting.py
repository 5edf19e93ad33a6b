"""A draft on one sheet: who, by when, measured how, in which steps."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.agencies.models import Agency, District
from apps.core.errors import RuleBroken
from apps.measures.lights import plain
from apps.measures.models import Basis, Cadence, Measure
from apps.measures.operations import MilestonePlan, Plan
from apps.web.forms.choosing import LongCheckboxes, LongSelect

BLANK_ROWS = 2
MOST_MILESTONES = 40
MOST_WORKDAYS = 1000
DRAFTED = [(b.value, b.label) for b in Basis if b is not Basis.CHILDREN]
"""Progress by parts begins when a measure is broken down."""
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


class DayField(forms.DateField):
    """A day of this century."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)
        self.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class ByKind(ModelChoiceIterator):
    """Agencies under the heading of their kind."""

    @property
    def rows(self) -> Iterable[Any]:
        """Loaded once, where a form has them in several fields."""
        return getattr(self.field, "shared", self.queryset)

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for kind, agencies in groupby(self.rows, key=Agency.get_kind_display):
            yield kind, [self.choice(agency) for agency in agencies]


class AgencyField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    iterator = ByKind
    widget = LongSelect


class AgenciesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # likewise
    iterator = ByKind
    widget = LongCheckboxes


class DistrictsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # likewise
    widget = forms.CheckboxSelectMultiple


class PeopleField(forms.CharField):
    """Sign-in names, parted by spaces or commas; cleans to users."""

    def clean(self, value: Any) -> list[User]:
        names = list(
            dict.fromkeys(super().clean(value).replace(",", " ").replace("，", " ").split())
        )
        found = {user.username: user for user in User.objects.filter(username__in=names)}
        if unknown := [name for name in names if name not in found]:
            raise forms.ValidationError(
                _("Nobody signs in as %(names)s."), params={"names": ", ".join(unknown)}
            )
        return [found[name] for name in names]

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else " ".join(user.username for user in value or [])


def agencies() -> Any:
    return Agency.objects.able_to_lead().order_by("kind", "code")


class PlanForm(forms.Form):
    """What a draft says, but for its milestones."""

    title = forms.CharField(label=_("Title in Chinese"), max_length=300)
    title_en = forms.CharField(label=_("Title in English"), max_length=500, required=False)
    lead = AgencyField(
        agencies(), label=_("Lead agency"), required=False, empty_label=_("Not decided yet")
    )
    supporters = AgenciesField(agencies(), label=_("Supporting agencies"), required=False)
    districts = DistrictsField(
        District.objects.all(),
        label=_("Districts named"),
        required=False,
        help_text=_("The lead may hand parts to their governments by itself."),
    )
    due_on = DayField(label=_("By a day"), required=False)
    due_workdays = forms.IntegerField(
        label=_("Or in workdays from issue"),
        required=False,
        min_value=1,
        max_value=MOST_WORKDAYS,
    )
    standing = forms.BooleanField(
        label=_("Standing work"),
        required=False,
        help_text=_(
            "Without a day it is due at the year's end; then it is closed, or carried over into the"
            " next year."
        ),
    )
    basis = forms.ChoiceField(
        label=_("Progress is measured by"), choices=DRAFTED, widget=forms.RadioSelect
    )
    target_quantity = forms.DecimalField(
        label=_("Target quantity"),
        required=False,
        max_digits=18,
        decimal_places=4,
        help_text=_("What is to be reached by the deadline, counted from the beginning."),
    )
    quantity_unit = forms.CharField(label=_("Unit"), required=False, max_length=20)
    cadence = forms.ChoiceField(
        label=_("The lead reports"),
        # Weekly is the director's to set, with a reason, when the measure is issued.
        choices=[choice for choice in Cadence.choices if choice[0] != Cadence.WEEKLY],
        widget=forms.RadioSelect,
    )
    restricted = forms.BooleanField(
        label=_("Restricted"),
        required=False,
        help_text=_("Seen by its named readers, lead, supporters and the director only."),
    )
    reader_ids = PeopleField(
        label=_("Named readers"),
        required=False,
        max_length=2000,
        help_text=_("Sign-in names, parted by spaces."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Both fields of agencies offer the same rows, loaded when the first is shown."""
        super().__init__(*args, **kwargs)
        shared = agencies()
        for name in ("lead", "supporters"):
            vars(self.fields[name])["shared"] = shared


class NewForm(PlanForm):
    """A first draft also gets its code, which never changes."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        validators=[
            RegexValidator(r"^[\w.\-/]+$", _("Letters, figures, dots, dashes and slashes only."))
        ],
        help_text=_("The next free one of this clause; it never changes afterwards."),
    )


class MilestoneForm(forms.Form):
    """One step; a row left blank is no step."""

    title = forms.CharField(label=_("Milestone"), max_length=200)
    due_on = DayField(label=_("Due on"))
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=1000, initial=1)


class BaseMilestones(forms.BaseFormSet):  # type: ignore[type-arg]  # not subscriptable at run time
    default_error_messages = {  # noqa: RUF012  # as Django writes it
        "too_many_forms": _("A measure has at most %(num)d milestones."),
        "missing_management_form": _(
            "The milestones arrived incomplete. Open the page again and repeat the change."
        ),
    }

    def planned(self) -> list[MilestonePlan]:
        """The steps that were filled in, in the order of the sheet."""
        kept = [form.cleaned_data for form in self.forms if form not in self.deleted_forms]
        return [
            MilestonePlan(said["title"], said["due_on"], said["weight"]) for said in kept if said
        ]


Milestones = forms.formset_factory(
    MilestoneForm,
    formset=BaseMilestones,
    extra=BLANK_ROWS,
    max_num=MOST_MILESTONES,
    absolute_max=2 * MOST_MILESTONES,
    validate_max=True,
    can_delete=True,
)


class DeadlineForm(forms.Form):
    """The two ways to say a deadline, for the preview."""

    due_on = DayField(required=False)
    due_workdays = forms.IntegerField(required=False, min_value=1, max_value=MOST_WORKDAYS)


class PeopleForm(forms.Form):
    """Whom to look for."""

    who = forms.CharField(max_length=50)


class Sheet:
    """The form and its milestones, valid together. `code` is given for a new measure only."""

    def __init__(self, data: Mapping[str, Any] | None, *, start: Plan, code: str = "") -> None:
        kind = NewForm if code else PlanForm
        self.form = kind(data, initial=_initial(start) | {"code": code})
        # Bound rows are compared with nothing: a row equal to a stored one is still a row.
        rows = None if data else [vars(milestone) for milestone in start.milestones]
        self.milestones: Any = Milestones(data, prefix="milestones", initial=rows)

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), self.milestones.is_valid()])

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors or self.milestones.total_error_count())

    @property
    def code(self) -> str:
        return str(self.form.cleaned_data["code"])

    def plan(self) -> Plan:
        """What was typed, as the operations take it."""
        said = {name: value for name, value in self.form.cleaned_data.items() if name != "code"}
        readers = said["reader_ids"] if said["restricted"] else []
        said["supporters"] = list(said["supporters"])
        said["districts"] = list(said["districts"])
        said["reader_ids"] = sorted(user.pk for user in readers)
        return Plan(**said, milestones=self.milestones.planned())

    def refuse(self, refusal: RuleBroken) -> None:
        """Put the sentence beside what has to change."""
        if refusal.field == "milestones":
            self.milestones.non_form_errors().append(str(refusal))
        else:
            field = refusal.field if refusal.field in self.form.fields else None
            self.form.add_error(field, str(refusal))


def plan_of(measure: Measure) -> Plan:
    """What the draft says now."""
    return Plan(
        title=measure.title,
        title_en=measure.title_en,
        lead=measure.lead,
        supporters=list(measure.supporters.order_by("kind", "code")),
        districts=list(measure.named_districts.all()),
        due_on=measure.due_on,
        due_workdays=measure.due_workdays,
        standing=measure.standing,
        basis=measure.basis,
        target_quantity=measure.target_quantity,
        quantity_unit=measure.quantity_unit,
        cadence=measure.cadence,
        milestones=[MilestonePlan(m.title, m.due_on, m.weight) for m in measure.milestones.all()],
        restricted=measure.restricted,
        reader_ids=sorted(measure.reader_ids),
    )


def _initial(plan: Plan) -> dict[str, Any]:
    readers = User.objects.filter(pk__in=plan.reader_ids) if plan.reader_ids else []
    target = None if plan.target_quantity is None else plain(plan.target_quantity)
    return vars(plan) | {"reader_ids": list(readers), "target_quantity": target}
