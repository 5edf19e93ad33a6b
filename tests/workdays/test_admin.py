"""The calendar in the admin: a notice typed in as days, each mistake named."""

from datetime import date

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.workdays.models import CalendarYear

ADD = "/admin/workdays/calendaryear/add/"


def notice(**changes: object) -> dict[str, object]:
    said = {
        "year": 2027,
        "notice": "国办发明电〔2026〕1号",
        "holidays": "2027-01-01\n2027/10/1",
        "make_up_days": "2027-01-02，2027-01-03",
    }
    return said | changes


def test_a_notice_is_entered_as_days(cast):
    assert cast.signed_in("administrator").post(ADD, notice()).status_code == 302
    year = CalendarYear.objects.get(year=2027)
    assert year.is_official
    assert year.holidays == [date(2027, 1, 1), date(2027, 10, 1)]
    assert year.make_up_days == [date(2027, 1, 2), date(2027, 1, 3)]
    assert AuditEvent.objects.about(year).get().act == "workdays.enter_notice"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"holidays": "2027-01-01\n2027-02-30"}, "“2027-02-30” is not a day"),
        ({"holidays": "元旦"}, "“元旦” is not a day"),
        ({"holidays": "2026-10-01"}, "Every day must lie in the year of the notice."),
        ({"make_up_days": "2027-01-04"}, "Only weekend days can be make-up days."),
        ({"holidays": "2027-01-02"}, "A day cannot be both off and worked."),
        ({"year": 2026}, "already exists"),
        ({"year": 1999}, "greater than or equal to 2000"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(cast, said, sentence):
    before = AuditEvent.objects.count()
    answer = cast.signed_in("administrator").post(ADD, notice(**said))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not CalendarYear.objects.filter(year=2027).exists()
    assert AuditEvent.objects.count() == before


def test_a_corrected_notice_is_old_to_new(cast):
    year = CalendarYear.objects.get(year=2026)
    address = reverse("admin:workdays_calendaryear_change", args=[year.pk])
    browser = cast.signed_in("administrator")
    shown = browser.get(address).context["adminform"].form["holidays"].value()
    assert shown == "\n".join(day.isoformat() for day in year.holidays)
    said = notice(holidays=shown, make_up_days="", seen=year.version)
    assert browser.post(address, said).status_code == 302
    event = AuditEvent.objects.about(year).first()
    assert event.changes["make_up_days"][1] == []
    stale = browser.post(address, said)
    assert "Someone else has changed this year" in stale.content.decode()


def test_provisional_years_are_named_above_the_list(cast):
    CalendarYear.objects.all().delete()
    html = cast.signed_in("supervisor").get("/admin/workdays/calendaryear/").content.decode()
    assert "Provisional: " in html
