"""Entering figures: the grid as a plain form, what is read, asked and refused, and its draft."""

from decimal import Decimal

import pytest

from apps.agencies.models import District
from apps.kpis import operations
from apps.kpis.models import GridDraft, Kpi, Observation, Place, Submission
from apps.kpis.periods import Period
from apps.web.kpi_numbers import NoNumber, read_number
from tests.kpis.figuring import a_kpi, another_district, entered, entry, huangpu, known
from tests.web.here import of_today
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def month(cast) -> Period:
    return Period.holding(cast.today, 1).moved(-1)


def name(place, month: Period) -> str:
    return f"c-{place.district_id}-0-0-{month.code}"


def address(kpi: Kpi, what: str = "") -> str:
    return f"/kpis/{kpi.pk}/enter/{what}"


def posted(cast, kpi: Kpi, who: str = "liaison", **said: str):
    """As the plain form does it, with what the page carried."""
    client = cast.signed_in(who)
    page = client.get(address(kpi)).context
    carried = {"seen": page["seen"], "draft": page["draft"].version if page["draft"] else 0}
    return client.post(address(kpi), carried | {"do": "submit"} | said)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.50", "1234.50"),
        ("１，２３４．５", "1234.5"),
        (" 1 234 ", "1234"),
        ("(12)", "-12"),
        ("−3", "-3"),
        ("59.8%", "59.8"),
        ("0", "0"),
    ],
)
def test_numbers_are_read_as_people_paste_them(text, value):
    assert read_number(text) == Decimal(value)


def test_empty_is_not_nought_and_words_are_no_numbers():
    assert [read_number(text) for text in ("", " ", "-", "—")] == [None] * 4
    for text in ("约12", "1,23", "1.2.3", "1e5", "12a", "9" * 41):
        with pytest.raises(NoNumber):
            read_number(text)


def test_a_sheet_is_handed_in_whole_and_the_draft_is_gone(cast, month):
    kpi = a_kpi(cast)
    another_district()
    operations.save_grid(
        kpi,
        {"texts": {}},
        agency=cast.agencies["bureau"],
        period=Period.holding(month.ends_on, 6),
        seen=0,
        by=cast["drafter"],
        at=cast.at(),
    )
    cells = {name(huangpu(), month): "1,200", name(another_district(), month): ""}
    answer = posted(cast, kpi, **cells, vintage="FINAL", note="月报")
    assert answer.status_code == 302
    assert [(o.value, o.vintage) for o in Observation.objects.all()] == [(Decimal(1200), "FINAL")]
    assert Submission.objects.get().note == "月报"
    assert not GridDraft.objects.exists()


def test_wrong_cells_are_named_one_by_one_and_nothing_is_saved_by_halves(cast, month):
    kpi = a_kpi(cast)
    cells = {name(huangpu(), month): "12", name(another_district(), month): "约13"}
    answer = posted(cast, kpi, **cells)
    assert answer.status_code == 422
    assert [said for _cell, _where, said in answer.context["wrong"]] == ["“约13” is no number."]
    assert 'value="12"' in answer.text
    assert not Observation.objects.exists()


def test_what_looks_odd_is_asked_about_and_not_blocked(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(10, month.moved(-1)))
    cells = {name(huangpu(), month): "50"}
    answer = posted(cast, kpi, **cells)
    assert (answer.status_code, len(answer.context["questions"])) == (422, 1)
    token = answer.context["token"]
    changed = posted(cast, kpi, **{name(huangpu(), month): "60"}, asked=token)
    assert changed.status_code == 422  # another figure is another question
    note = {f"note-{name(huangpu(), month)}": "新增三家大厂"}
    assert posted(cast, kpi, **cells, **note, asked=token).status_code == 302
    assert Observation.objects.get(period=month.code).note == "新增三家大厂"


def test_an_emptied_cell_is_withdrawn_only_for_a_reason(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(10, month))
    empty = {name(huangpu(), month): ""}
    asked = posted(cast, kpi, **empty).context["token"]
    assert "no figures" in posted(cast, kpi, **empty, asked=asked).context["refusal"]
    note = {f"note-{name(huangpu(), month)}": "误报"}
    assert posted(cast, kpi, **empty, **note, asked=asked).status_code == 302
    last = Observation.objects.latest("pk")
    assert (last.value, last.note, last.vintage) == (None, "误报", "REVISED")


def test_a_correction_is_no_less_settled_than_what_it_corrects(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(10, month, vintage="FINAL"))
    assert posted(cast, kpi, **{name(huangpu(), month): "11"}).status_code == 302
    assert Observation.objects.latest("pk").vintage == "FINAL"


def test_a_closed_period_is_refused_with_the_sentence(cast, month):
    kpi = a_kpi(cast)
    client = cast.signed_in("liaison")
    seen = client.get(address(kpi)).context["seen"]
    operations.close_period(kpi, month, seen=0, by=cast["owner"], at=cast.at())
    cell = name(huangpu(), month)
    answer = client.post(address(kpi), {"seen": seen, "do": "submit", cell: "5"})
    assert "is closed" in answer.context["refusal"]
    page = client.get(address(kpi)).text
    assert f'name="{cell}"' not in page
    assert f'id="{cell}" readonly' in page


def test_the_second_of_two_is_told(cast, month):
    kpi = a_kpi(cast)
    first, second = cast.signed_in("liaison"), cast.signed_in("drafter")
    keep = address(kpi, "draft/")
    cell = name(huangpu(), month)
    assert first.post(keep, {"draft": 0, cell: "5"}).json()["version"] == 1
    told = second.post(keep, {"draft": 0, cell: "6"})
    assert (told.status_code, "colleague" in told.json()["refused"]) == (409, True)
    assert second.get(address(kpi)).context["typed"].texts == {cell: "5"}
    stale = second.post(address(kpi), {"do": "submit", "seen": 0, "draft": 0, cell: "6"})
    assert (stale.status_code, Observation.objects.count()) == (409, 0)
    entered(cast, kpi, entry(7, month))
    late = first.post(address(kpi), {"do": "submit", "seen": 0, "draft": 0, cell: "6"})
    assert (late.status_code, Observation.objects.count()) == (409, 1)


def test_drafts_are_bounded_and_thrown_away(cast, month):
    kpi = a_kpi(cast)
    client, cell = cast.signed_in("liaison"), name(huangpu(), month)
    client.post(address(kpi, "draft/"), {"draft": 0, cell: "9" * 5000, "c-x": "1", "z": "2"})
    content = GridDraft.objects.get().content
    assert [(key, len(text)) for key, text in content["texts"].items()] == [(cell, 41)]
    assert client.post(address(kpi, "discard/"), {"draft": 1}).status_code == 302
    assert not GridDraft.objects.exists()


def test_who_enters_what(cast, month):
    kpi = a_kpi(cast)
    another_district()
    district = cast.agencies["district"]
    district.district_id = huangpu().district_id
    district.save()
    rows = cast.signed_in("district_liaison").get(address(kpi)).context["rows"]
    assert [row["row"].place for row in rows] == [huangpu()]
    assert len(cast.signed_in("liaison").get(address(kpi)).context["rows"]) == 2
    for who in ("stranger", "supervisor", "owner", "unit_leader"):
        assert cast.signed_in(who).get(address(kpi)).status_code == 404, who


def test_more_districts_ask_no_more_of_the_database(cast, month):
    kpi, counts = a_kpi(cast), []
    client = cast.signed_in("liaison")
    for n in (1, 20):
        for m in range(n):
            District.objects.create(adcode=f"99{n:02}{m:02}", name=f"{n}-{m}")
        places = [Place(district_id=d.pk) for d in District.objects.all()]
        known(cast, kpi, *(entry(1, month, place) for place in places))
        counts.append(len(queries_of(client, address(kpi))))
    assert counts[0] == counts[1]
    assert not writes_in(queries_of(client, address(kpi)))
