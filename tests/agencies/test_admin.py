"""Agencies in the admin: entered into the tree by their operation, and fixed there."""

from django.urls import reverse

from apps.agencies.models import Agency, District, Installation, Source
from apps.audit.models import AuditEvent


def page(row) -> str:
    return reverse(f"admin:agencies_{row._meta.model_name}_change", args=[row.pk])


AGENCY = {"name": "处", "kind": "SECTION", "level": "CITY", "confidence": "ARTICLE_ONLY"}


def test_a_new_agency_takes_its_place_in_the_tree(cast):
    bureau = cast.agencies["bureau"]
    said = AGENCY | {"code": "new", "parent": bureau.pk}
    answer = cast.signed_in("administrator").post("/admin/agencies/agency/add/", said)
    assert answer.status_code == 302
    added = Agency.objects.get(code="new")
    assert added.path == [bureau.pk, added.pk]
    assert AuditEvent.objects.about(added).get().act == "agencies.add_agency"


def test_a_code_that_is_taken_is_refused(cast):
    said = AGENCY | {"code": "bureau"}
    answer = cast.signed_in("administrator").post("/admin/agencies/agency/add/", said)
    assert "already exists" in answer.content.decode()


def test_moving_an_agency_is_no_edit(cast):
    section = cast.agencies["section"]
    said = AGENCY | {"name": "新处", "parent": cast.agencies["other"].pk, "code": "x", "seen": 1}
    assert cast.signed_in("administrator").post(page(section), said).status_code == 302
    section.refresh_from_db()
    assert (section.name, section.code) == ("新处", "section")
    assert section.parent == cast.agencies["bureau"]
    assert section.version == 2


def test_a_district_keeps_its_boundary_through_an_edit(cast):
    district = District.objects.get()
    District.objects.update(boundary={"type": "Point", "coordinates": [113, 23]})
    said = {"name": "黄埔区", "name_en": "Huangpu", "position": 3, "confidence": "ARTICLE_ONLY"}
    answer = cast.signed_in("administrator").post(page(district), said | {"seen": 1})
    assert answer.status_code == 302
    district.refresh_from_db()
    assert district.position == 3
    assert district.boundary["type"] == "Point"
    assert AuditEvent.objects.about(district).get().changes == {"position": [0, 3]}


def test_the_supervision_office_keeps_sources_too(cast):
    said = {"code": "S", "title": "来源", "kind": "PRESS"}
    assert cast.signed_in("supervisor").post("/admin/agencies/source/add/", said).status_code == 302
    assert AuditEvent.objects.about(Source.objects.get()).get().act == "agencies.add_source"


def test_the_office_has_one_name_and_stays_a_demo(cast):
    administrator = cast.signed_in("administrator")
    administrator.post("/admin/agencies/installation/add/", {"name": "督查室"})
    row = Installation.objects.get(pk=1)
    Installation.objects.update(is_demo=True)
    administrator.post(page(row), {"name": "新督查室", "is_demo": "", "seen": 1})
    row.refresh_from_db()
    assert (row.name, row.is_demo) == ("新督查室", True)
    assert administrator.get("/admin/agencies/installation/add/").status_code == 403
    Installation.objects.update(name="")
    shown = administrator.get("/admin/agencies/installation/").content.decode()
    assert f'href="{page(row)}">To be entered</a>' in shown


def test_an_agency_is_chosen_by_the_initials_of_its_name(cast):
    Agency.objects.filter(code="other").update(name="广州市科学技术局", initials="gzskxjsj")
    asked = {"app_label": "agencies", "model_name": "agency", "field_name": "parent"}
    client = cast.signed_in("administrator")
    for term, found in (("kxjs", ["Other"]), ("科学", ["Other"]), ("？", [])):
        answer = client.get("/admin/autocomplete/", asked | {"term": term}).json()
        assert [row["text"] for row in answer["results"]] == found
