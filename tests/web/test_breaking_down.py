"""Breaking down and detaching through HTTP: the sheet, its refusals, the parts on the page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.measures import operations
from apps.measures.models import Basis, State
from apps.measures.operations import Part
from tests.conftest import an_estimate, broken_down, fresh, in_progress
from tests.web.here import in_chinese, of_today
from tests.web.watching import queries_of, writes_in


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def parent(cast, clause):
    return in_progress(cast, clause, plan=an_estimate(cast))


def address(measure, name="break_down"):
    return reverse(f"web:{name}", args=[measure.pk])


def said(cast, parent, *agencies, title=None, **fields):
    """The sheet as filled in, with these agencies ticked."""
    data = {"seen": fresh(parent).version, "title": title or parent.title} | fields
    for name in agencies:
        pk = cast.agencies[name].pk
        data = {
            f"agency-{pk}-chosen": "on",
            f"agency-{pk}-due_on": parent.due_on.isoformat(),
            f"agency-{pk}-weight": "1",
        } | data
    return data


def key(cast, name, field):
    return f"agency-{cast.agencies[name].pk}-{field}"


def offered(page):
    return [row.agency.code for row in page.context["sheet"].rows]


def test_the_lead_is_offered_its_own_and_the_named_districts(cast, parent):
    page = cast.signed_in("liaison").get(address(parent))
    assert offered(page) == ["bureau", "section"]
    parent.named_districts.add(cast.agencies["district"].district)
    page = cast.signed_in("liaison").get(address(parent))
    assert offered(page) == ["district", "bureau", "section"]
    assert [str(group.label) for group in page.context["sheet"].groups] == [
        "District governments",
        "The lead agency and those below it",
    ]


def test_the_office_is_offered_everybody_who_can_lead(cast, parent):
    page = cast.signed_in("supervisor").get(address(parent))
    assert offered(page) == ["district", "bureau", "section", "other"]


def test_rows_begin_with_the_deadline_of_the_whole(cast, parent):
    page = cast.signed_in("liaison").get(address(parent)).content.decode()
    assert f'value="{parent.due_on.isoformat()}" min=' in page
    assert f'max="{parent.due_on.isoformat()}"' in page


def test_ticked_agencies_get_their_parts(cast, parent):
    early = parent.due_on - timedelta(days=20)
    data = said(cast, parent, "section", "bureau", title="机器换人") | {
        key(cast, "section", "due_on"): early.isoformat(),
        key(cast, "section", "weight"): "3",
        "by_parts": "on",
    }
    answer = cast.signed_in("liaison").post(address(parent), data, follow=True)
    assert "2 parts are issued." in answer.content.decode()
    first, second = parent.children.order_by("code")
    assert [first.lead.code, second.lead.code] == ["bureau", "section"]
    assert (second.title, second.due_on, second.weight) == ("机器换人 · section 局", early, 3)
    assert fresh(parent).basis == Basis.CHILDREN


def test_what_the_office_hands_on_is_said_to_wait(cast, parent):
    answer = cast.signed_in("supervisor").post(
        address(parent), said(cast, parent, "other"), follow=True
    )
    assert "1 part is proposed to the director." in answer.content.decode()
    assert parent.children.get().title_en == "A measure · Other"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_refusal_stands_beside_its_row_and_what_was_typed_stays(cast, parent, language):
    late = parent.due_on + timedelta(days=1)
    data = said(cast, parent, "bureau", "section") | {
        key(cast, "section", "due_on"): late.isoformat()
    }
    answer = cast.signed_in("liaison", language=language).post(address(parent), data)
    assert answer.status_code == 422
    page = answer.content.decode()
    start = page.index(f'id="agency-{cast.agencies["section"].pk}-errors"')
    sentence = page[start : page.index("</p>", start)]
    assert "m-1" in sentence
    assert ("never due after the whole" if language == "en" else "不得晚于") in sentence
    assert late.isoformat() in page
    assert not parent.children.exists()


def test_nothing_ticked_is_a_sentence(cast, parent):
    answer = cast.signed_in("liaison").post(address(parent), said(cast, parent))
    assert answer.status_code == 422
    assert "Choose at least one agency." in answer.content.decode()


@pytest.mark.parametrize(
    ("field", "value"), [("weight", "0"), ("weight", "x"), ("due_on", "soon"), ("due_on", "")]
)
def test_what_cannot_be_read_is_said_beside_its_row(cast, parent, field, value):
    data = said(cast, parent, "section") | {key(cast, "section", field): value}
    answer = cast.signed_in("liaison").post(address(parent), data)
    assert answer.status_code == 422
    assert f'id="agency-{cast.agencies["section"].pk}-errors"' in answer.content.decode()


def test_who_comes_second_reads_what_happened_and_keeps_what_was_typed(cast, parent):
    data = said(cast, parent, "section", title="另一件")
    broken_down(cast, parent, Part(cast.agencies["bureau"]))
    client = cast.signed_in("drafter")
    answer = client.post(address(parent), data)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "liaison changed this measure" in page
    assert 'value="另一件"' in page
    data["seen"] = answer.context["seen"]
    assert client.post(address(parent), data).status_code == 302
    assert parent.children.count() == 2


@pytest.mark.parametrize(
    ("who", "status"), [("unit_head", 403), ("stranger", 403), ("district_liaison", 404)]
)
def test_who_may_not_is_told_or_finds_nothing(cast, parent, who, status):
    assert cast.signed_in(who).get(address(parent)).status_code == status
    assert (
        cast.signed_in(who).post(address(parent), said(cast, parent, "section")).status_code
        == status
    )


def test_an_agency_that_is_not_offered_gets_nothing(cast, parent):
    answer = cast.signed_in("liaison").post(address(parent), said(cast, parent, "other"))
    assert answer.status_code == 422
    assert not parent.children.exists()


def test_what_waits_for_the_director_is_not_mentioned_to_the_lead(cast, parent):
    (child,) = broken_down(
        cast, parent, Part(cast.agencies["section"]), by=cast["supervisor"], at=cast.at()
    )
    assert child.state == State.PROPOSED
    said = "Has a part already:"
    assert said in cast.signed_in("supervisor").get(address(parent)).content.decode()
    assert said not in cast.signed_in("liaison").get(address(parent)).content.decode()


def test_looking_writes_nothing(cast, parent):
    assert writes_in(queries_of(cast.signed_in("liaison"), address(parent))) == []


# --- The parts on the pages ---------------------------------------------------------------------


@pytest.fixture
def part(cast, parent):
    (child,) = broken_down(cast, parent, Part(cast.agencies["section"]), by_parts=True)
    return operations.acknowledge_measure(
        child, seen=child.version, by=cast["section_liaison"], at=cast.at()
    )


def test_the_whole_shows_its_parts_and_a_part_its_whole(cast, parent, part):
    client = cast.signed_in("liaison")
    page = client.get(reverse("web:measure", args=[parent.pk])).content.decode()
    assert reverse("web:measure", args=[part.pk]) in page
    assert "weight 1" in page
    page = client.get(reverse("web:measure", args=[part.pk])).content.decode()
    assert reverse("web:measure", args=[parent.pk]) in page


def test_many_parts_cost_what_one_does(cast, parent):
    client, url = cast.signed_in("liaison"), reverse("web:measure", args=[parent.pk])
    broken_down(cast, parent, Part(cast.agencies["section"], title="0"), by_parts=True)
    one = len(queries_of(client, url))
    parts = [Part(cast.agencies["section"], title=str(n)) for n in range(1, 12)]
    broken_down(cast, parent, *parts)
    assert len(queries_of(client, url)) == one


def test_the_report_on_the_whole_shows_the_figures_of_its_parts(cast, parent, part):
    part.approved_progress = Decimal("37.50")
    part.save()
    client, url = cast.signed_in("liaison"), reverse("web:report", args=[parent.pk])
    page = client.get(url)
    assert "Progress by the parts: 37.5%" in page.content.decode()
    assert not {"progress", "reached"} & set(page.context["form"].fields)
    data = {"seen": fresh(parent).version, "summary": "做了一些事"}
    assert client.post(url, data).status_code == 302
    assert fresh(parent).reported_progress == Decimal("37.50")


def test_no_change_is_refused_while_the_parts_moved(cast, parent, part):
    part.approved_progress = Decimal(20)
    part.save()
    data = {"seen": fresh(parent).version, "no_change": "1"}
    page = cast.signed_in("liaison").post(reverse("web:report", args=[parent.pk]), data)
    assert page.status_code == 422
    assert "Not “no change”: the parts stand at 20% by now, 0% was reported." in (
        page.content.decode().replace("&quot;", '"')
    )


# --- Detaching ----------------------------------------------------------------------------------


def test_the_director_detaches_with_a_reason(cast, parent, part):
    client = cast.signed_in("director")
    assert "m-1 no longer waits" in client.get(address(part, "detach")).content.decode()
    data = {"seen": part.version, "reason": "单独管理"}
    answer = client.post(address(part, "detach"), data, follow=True)
    assert "m-1·01 is a measure of its own now." in answer.content.decode()
    assert "单独管理" in answer.content.decode()
    assert fresh(part).parent is None
    page = client.get(reverse("web:measure", args=[parent.pk])).content.decode()
    assert "单独管理" in page


def test_detaching_without_a_reason_comes_back(cast, part):
    client = cast.signed_in("director", language="zh-hans")
    answer = client.post(address(part, "detach"), {"seen": part.version, "reason": " "})
    assert answer.status_code == 422
    assert in_chinese("Say why the part is detached.") in answer.content.decode()


@pytest.mark.parametrize(("who", "status"), [("supervisor", 403), ("liaison", 403)])
def test_others_do_not_detach(cast, part, who, status):
    assert cast.signed_in(who).get(address(part, "detach")).status_code == status


def test_only_parts_offer_it(cast, parent, part):
    client = cast.signed_in("director")
    page = client.get(reverse("web:measure", args=[parent.pk])).content.decode()
    assert address(parent, "detach") not in page
    page = client.get(reverse("web:measure", args=[part.pk])).content.decode()
    assert address(part, "detach") in page
    assert part.state == State.IN_PROGRESS
