"""Breaking a measure down on one sheet: a row per agency that may be given a part."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.core.errors import RuleBroken
from apps.measures.models import Basis, Measure
from apps.measures.operations import Part
from apps.measures.permissions import OFFICE, may_hand_on
from apps.web.forms.acts import SeenForm
from apps.web.forms.drafting import DayField

HEAVIEST = 1000


class WholeForm(SeenForm):
    """What is said of all parts together."""

    title = forms.CharField(
        label=_("What the parts are called"),
        max_length=200,
        help_text=_("The agency's name follows."),
    )
    by_parts = forms.BooleanField(
        label=_("From now on the progress of the whole is that of its parts"),
        required=False,
        help_text=_("The mean of what is approved of each, by weight. Milestones stay on record."),
    )


class PartForm(forms.Form):
    """One agency's row; what stands in it counts where it is ticked."""

    chosen = forms.BooleanField(required=False)
    due_on = DayField(label=_("Deadline"))
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=HEAVIEST)


@dataclass
class Row:
    """An agency with its row, and what it has been given before."""

    agency: Agency
    form: PartForm
    given: list[Measure]

    @property
    def is_chosen(self) -> bool:
        return bool(self.form["chosen"].value())


@dataclass(frozen=True)
class Group:
    """Rows under a heading."""

    label: str | Promise
    rows: list[Row]


class BreakingSheet:
    """The whole and the rows of the agencies that this person may give a part to."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, parent: Measure, standing: Standing
    ) -> None:
        self.parent = parent
        self.whole = WholeForm(data, initial=self._start())
        if parent.basis == Basis.CHILDREN:
            del self.whole.fields["by_parts"]
        given = _given(parent, standing)
        self.groups = [
            Group(label, [self._row(data, agency, given) for agency in agencies])
            for label, agencies in _offered(parent, standing)
            if agencies
        ]

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def chosen(self) -> list[Row]:
        return [row for row in self.rows if row.is_chosen]

    def is_valid(self) -> bool:
        return all([self.whole.is_valid(), *(row.form.is_valid() for row in self.chosen)])

    @property
    def has_errors(self) -> bool:
        return bool(self.whole.errors or any(row.form.errors for row in self.chosen))

    @property
    def by_parts(self) -> bool:
        return bool(self.whole.cleaned_data.get("by_parts"))

    @property
    def seen(self) -> int:
        return int(self.whole.cleaned_data["seen"])

    def parts(self) -> list[Part]:
        """What was ticked, as the operation takes it; titles as it makes them stay its own."""
        title = self.whole.cleaned_data["title"].strip()
        return [
            Part(
                row.agency,
                row.form.cleaned_data["due_on"],
                "" if title == self.parent.title else f"{title} · {_name(row.agency)}",
                row.form.cleaned_data["weight"],
            )
            for row in self.chosen
        ]

    def refuse(self, refusal: RuleBroken) -> None:
        """Say an operation's refusal beside the row that it names, else above the sheet."""
        parts, _dot, rest = refusal.field.partition(".")
        number, _dot, name = rest.partition(".")
        if parts == "parts" and number.isdecimal():
            form = self.chosen[int(number)].form
            form.add_error(name if name in form.fields else None, str(refusal))
        else:
            self.whole.add_error(None, str(refusal))

    def _start(self) -> dict[str, Any]:
        return {
            "seen": self.parent.version,
            "title": self.parent.title,
            "by_parts": self.parent.basis == Basis.ESTIMATE,
        }

    def _row(
        self, data: Mapping[str, Any] | None, agency: Agency, given: dict[int, list[Measure]]
    ) -> Row:
        start = {"due_on": self.parent.due_on, "weight": 1}
        form = PartForm(data, prefix=f"agency-{agency.pk}", initial=start)
        return Row(agency, form, given.get(agency.pk, []))


def _offered(parent: Measure, standing: Standing) -> Iterator[tuple[str | Promise, list[Agency]]]:
    """The agencies that may be given a part: districts, the lead's own, for the office others."""
    named = set(parent.named_districts.values_list("pk", flat=True))
    able = Agency.objects.able_to_lead().select_related("district")
    everybody = list(able.order_by("district__position", "code"))
    if not standing.holds_any(OFFICE):
        everybody = [a for a in everybody if may_hand_on(standing, parent, a, named)]
    own = [agency for agency in everybody if parent.lead_id in agency.path]
    districts = [a for a in everybody if a.kind == Agency.Kind.DISTRICT and a not in own]
    yield _("District governments"), districts
    yield _("The lead agency and those below it"), own
    yield _("Other agencies"), _without(everybody, [*districts, *own])


def _without(agencies: Iterable[Agency], left_out: Iterable[Agency]) -> list[Agency]:
    ids = {agency.pk for agency in left_out}
    return [agency for agency in agencies if agency.pk not in ids]


def _given(parent: Measure, standing: Standing) -> dict[int, list[Measure]]:
    """The parts that this person sees, by their lead."""
    found: dict[int, list[Measure]] = {}
    for child in Measure.objects.visible_to(standing).filter(parent=parent).order_by("code"):
        if child.lead_id is not None:
            found.setdefault(child.lead_id, []).append(child)
    return found


def _name(agency: Agency) -> str:
    """As the parts' Chinese titles name it."""
    return agency.short_name or agency.name
