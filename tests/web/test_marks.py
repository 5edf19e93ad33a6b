"""The marks: what they show, and what they say to whoever does not see it."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from apps.agencies.models import Agency, Confidence
from apps.measures.lights import Light
from apps.measures.models import State


def drawn(markup: str, **context: object) -> str:
    return Template("{% load marks %}" + markup).render(Context(context))


# --- Light --------------------------------------------------------------------------------


@pytest.mark.parametrize("light", list(Light))
def test_a_light_has_shape_and_word(light):
    html = drawn("{% light light %}", light=light)
    assert "<svg" in html
    assert str(light.label) in html


def test_shapes_differ_by_light():
    shapes = {
        drawn("{% light light %}", light=each).split("</svg>")[0].split(">", 2)[2] for each in Light
    }
    assert len(shapes) == len(Light)


def test_reasons_are_part_of_the_light_that_can_be_focused():
    html = drawn(
        "{% light 'RED' reasons %}", reasons=["Overdue by 3 workdays", "Two reports missed"]
    )
    assert html.startswith('<button type="button"')
    assert (
        html.index("Overdue by 3 workdays")
        < html.index("Two reports missed")
        < html.index("</button>")
    )


def test_a_light_without_reasons_is_no_button():
    assert "<button" not in drawn("{% light 'GREEN' %}")


def test_reasons_are_escaped():
    assert "<b>" not in drawn("{% light 'RED' reasons %}", reasons=["<b>"])


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (State.DRAFT, "Not started"),
        (State.PROPOSED, "Not started"),
        (State.ISSUED, "Not started"),
        (State.SUSPENDED, "Suspended"),
        (State.CANCELLED, "Cancelled"),
    ],
)
def test_grey_carries_the_word_of_the_state(state, word):
    assert word in drawn("{% light 'GREY' state=state %}", state=state)


def test_the_legend_shows_every_light():
    html = drawn("{% light_legend %}")
    assert all(str(each.label) in html for each in Light)


# --- Progress -----------------------------------------------------------------------------


def bar(approved: str, reported: str, expected: str | None) -> str:
    return drawn(
        "{% progress a r e %}",
        a=Decimal(approved),
        r=Decimal(reported),
        e=None if expected is None else Decimal(expected),
    )


def test_progress_shows_approved_waiting_and_expected():
    html = bar("62.00", "72.00", "70.00")
    assert "62% approved, 10% waiting for review, 70% expected" in html
    assert 'class="waiting" x="62.00" width="10.00"' in html
    assert 'class="tick" x1="70.00"' in html
    assert ">62%<" in html


def test_progress_without_anything_waiting_or_expected():
    html = bar("100.00", "100.00", None)
    assert 'aria-label="100% approved"' in html
    assert "waiting" not in html
    assert "tick" not in html


def test_a_fall_that_waits_is_not_drawn_as_done():
    html = bar("50", "40", None)
    assert 'class="approved" width="40"' in html
    assert 'class="falling" x="40" width="10"' in html
    assert "a fall to 40% waiting for review" in html


def test_coordinates_stay_numbers_in_every_language():
    with translation.override("zh-hans"):
        assert 'width="33.33"' in bar("33.33", "33.33", None)


# --- Whose turn ---------------------------------------------------------------------------


def chip(left: int | None, *, provisional: bool = False, until: date | None = date(2026, 10, 10)):
    return drawn("{% turn 'Wang' u p l %}", u=until, p=provisional, l=left)


def test_turn_says_who_until_when_and_how_long():
    html = chip(3)
    assert "Wang" in html
    assert "until 10 Oct" in html
    assert "3 workdays" in html
    assert "provisional" not in html


def test_turn_in_chinese():
    with translation.override("zh-hans"):
        assert "10月10日" in chip(3)


def test_a_provisional_date_says_so():
    assert "provisional" in chip(3, provisional=True)


def test_a_late_turn_is_worded_and_marked():
    html = chip(-1)
    assert "1 workday late" in html
    assert "is-late" in html


def test_the_last_day_and_no_day():
    assert "last day" in chip(0)
    assert "until" not in drawn("{% turn 'Wang' u False l %}", u=None, l=None).replace(
        '"until"', ""
    )


# --- Provenance, words --------------------------------------------------------------------


def test_provenance_lists_titles_of_its_sources():
    fact = SimpleNamespace(confidence=Confidence.ONE_SOURCE, sources=["S1", "S2"], remark="")
    html = drawn("{% provenance fact %}", fact=fact, source_titles={"S1": "A notice"})
    assert "One source" in html
    assert "A notice" in html
    assert "S2" in html


def test_what_is_not_known_is_to_be_entered():
    fact = SimpleNamespace(confidence=Confidence.NOT_FOUND, sources=[], remark="")
    html = drawn("{% provenance fact %}", fact=fact)
    assert "To be entered" in html
    assert "No source is stated." in html


@pytest.mark.parametrize(
    ("value", "shown"), [("35.50", "35.5%"), ("100.00", "100%"), ("0", "0%"), (None, "—")]
)
def test_percent(value, shown):
    assert drawn("{{ v|percent }}", v=None if value is None else Decimal(value)) == shown


def test_label_prefers_the_short_name():
    agency = Agency(name="广州市工业和信息化局", name_en="Bureau", short_name_en="MIIT")
    assert drawn("{{ a|label }}", a=agency) == "MIIT"
    assert drawn("{{ a|label }}", a=None) == "—"


def test_an_icon_is_decoration_and_a_missing_one_is_noticed():
    assert 'aria-hidden="true"' in drawn("{% icon 'check' %}")
    with pytest.warns(UserWarning, match="no icon nonesuch"):
        assert drawn("{% icon 'nonesuch' %}") == ""


# --- Forms --------------------------------------------------------------------------------


class Form(forms.Form):
    title = forms.CharField(label="Title", help_text="In a few words")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")])
    sure = forms.BooleanField(label="Sure", required=False)
    several = forms.MultipleChoiceField(
        label="Several", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
    )

    def clean(self):
        raise forms.ValidationError("The whole is wrong.")


def test_a_field_ties_label_help_and_error_to_its_input():
    html = drawn("{% field form.title %}", form=Form({}))
    assert '<label class="form-label required" for="id_title">Title</label>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "form-control is-invalid" in html


def test_components_by_kind_of_field():
    form = Form()
    assert 'class="form-select"' in drawn("{% field form.kind %}", form=form)
    assert 'class="form-check-input"' in drawn("{% field form.sure %}", form=form)
    assert "<fieldset" in drawn("{% field form.several %}", form=form)


def test_a_placeholder_that_repeats_the_label_is_left_out():
    class Repeating(forms.Form):
        name = forms.CharField(label="Name", widget=forms.TextInput({"placeholder": "Name"}))

    assert 'placeholder=""' in drawn("{% field form.name %}", form=Repeating())


def test_the_label_of_a_form_not_ours_can_be_replaced():
    html = drawn("{% field form.title 'Heading' %}", form=Form())
    assert 'for="id_title">Heading</label>' in html


def test_the_refusal_of_a_form_is_an_alert():
    html = drawn("{% refusal form %}", form=Form({}))
    assert 'role="alert"' in html
    assert "The whole is wrong." in html
    assert "alert" not in drawn("{% refusal form %}", form=Form())
