"""The feed tells of evidence, contributions, coordination items and baselines as well, and of rows
that name another one by a code or a name which was changed.
"""

from django.db import migrations

PARTS_OF_BEFORE = """
  SELECT 'milestone', id FROM measures_milestone WHERE measure_id = measure
  UNION ALL SELECT 'report', id FROM measures_progressreport WHERE measure_id = measure
  UNION ALL SELECT 'request', id FROM measures_request WHERE measure_id = measure
  UNION ALL SELECT 'deadline_change', id FROM measures_deadlinechange WHERE measure_id = measure
"""
MORE_PARTS = """
  UNION ALL SELECT 'contribution_request', id FROM measures_contributionrequest
    WHERE measure_id = measure
  UNION ALL SELECT 'contribution', id FROM measures_contribution WHERE measure_id = measure
  UNION ALL SELECT 'coordination_item', id FROM measures_coordinationitem
    WHERE measure_id = measure
  UNION ALL SELECT 'evidence', e.evidence_id FROM (
    SELECT evidence_id FROM measures_reportevidence AS l
      JOIN measures_progressreport AS r ON r.id = l.report_id WHERE r.measure_id = measure
    UNION SELECT evidence_id FROM measures_contributionevidence AS l
      JOIN measures_contribution AS c ON c.id = l.contribution_id WHERE c.measure_id = measure
    UNION SELECT evidence_id FROM measures_requestevidence AS l
      JOIN measures_request AS q ON q.id = l.request_id WHERE q.measure_id = measure
    UNION SELECT scan_id FROM measures_decision AS d
      JOIN measures_request AS q ON q.id = d.request_id
      WHERE q.measure_id = measure AND scan_id IS NOT NULL
    UNION SELECT scan_id FROM measures_instruction AS i
      WHERE i.measure_id = measure AND scan_id IS NOT NULL
  ) AS e
"""


def parts(rows: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION feed_parts(measure bigint) RETURNS TABLE (kind text, id bigint)
LANGUAGE sql STABLE AS $${rows}$$;
"""


FUNCTIONS = """
-- How a coordination item ended is told with it.
CREATE FUNCTION feed_outcome() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('coordination_item', id, measure_id, false)
    FROM measures_coordinationitem WHERE id = NEW.item_id;
  RETURN NULL;
END
$$;

-- A file is its uploader's until it is handed in.
CREATE FUNCTION feed_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO api_change (kind, row_id, viewers)
    VALUES ('evidence', NEW.id, ARRAY[-100 - 2 * NEW.uploaded_by_id]);
  RETURN NULL;
END
$$;

-- Handed in, it is seen with the measure.
CREATE FUNCTION feed_report_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('evidence', NEW.evidence_id, measure_id, false)
    FROM measures_progressreport WHERE id = NEW.report_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION feed_contribution_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('evidence', NEW.evidence_id, measure_id, false)
    FROM measures_contribution WHERE id = NEW.contribution_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION feed_request_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('evidence', NEW.evidence_id, measure_id, false)
    FROM measures_request WHERE id = NEW.request_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION feed_decision_scan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('evidence', NEW.scan_id, measure_id, false)
    FROM measures_request WHERE id = NEW.request_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION feed_instruction_scan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('evidence', NEW.scan_id, NEW.measure_id, false);
  RETURN NULL;
END
$$;

-- Of a baseline's versions the last one holds, as of a target's.
CREATE FUNCTION feed_superseded_baseline() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO api_change (kind, row_id, viewers, is_gone)
    SELECT 'baseline', b.id, feed_figure_viewers(b.kpi_id, b.district_id, b.agency_id), true
    FROM kpis_baseline AS b
    WHERE b.kpi_id = NEW.kpi_id AND b.period = NEW.period AND b.number < NEW.number
      AND (b.district_id, b.agency_id, b.item_id)
        IS NOT DISTINCT FROM (NEW.district_id, NEW.agency_id, NEW.item_id);
  RETURN NULL;
END
$$;

-- A measure is shown with its milestones, supporters and clauses: it is told of with them, unless
-- this transaction has told of it already.
CREATE FUNCTION feed_measure_with() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  measure bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.measure_id ELSE NEW.measure_id END;
BEGIN
  INSERT INTO api_change (kind, row_id, version, viewers)
    SELECT 'measure', m.id, m.version, feed_viewers(m) FROM measures_measure AS m
    WHERE m.id = measure AND NOT EXISTS (
      SELECT FROM api_change AS c
      WHERE c.xid = pg_current_xact_id() AND c.kind = 'measure' AND c.row_id = m.id
        AND NOT c.is_gone
    );
  RETURN NULL;
END
$$;

-- What hangs on a measure is shown with the measure's code.
CREATE FUNCTION feed_renamed_measure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO api_change (kind, row_id, viewers)
    SELECT part.kind, part.id, feed_viewers(NEW) FROM feed_parts(NEW.id) AS part;
  RETURN NULL;
END
$$;
"""

HANDED_IN = {
    "measures_reportevidence": "feed_report_evidence()",
    "measures_contributionevidence": "feed_contribution_evidence()",
    "measures_requestevidence": "feed_request_evidence()",
}
SCANS = {
    "measures_decision": "feed_decision_scan()",
    "measures_instruction": "feed_instruction_scan()",
}
PARTS = {
    "measures_contributionrequest": "contribution_request",
    "measures_contribution": "contribution",
    "measures_coordinationitem": "coordination_item",
}
SHOWN_WITH = ["measures_milestone", "measures_support", "measures_measureclause"]
NAMED = {
    "agencies_agency": ["code", "name", "name_en"],
    "agencies_district": ["adcode", "name", "name_en"],
    "policies_policy": ["code"],
    "policies_clause": ["code"],
    "policies_problem": ["code"],
    "policies_chainsegment": ["code"],
    "kpis_kpi": ["code"],
}
"""Rows that others are shown with by these words: changed, everybody begins anew. Rare."""


def trigger(name: str, table: str, events: str, function: str, when: str = "") -> str:
    return (
        f"CREATE TRIGGER {name} AFTER {events} ON {table} FOR EACH ROW {when}"
        f" EXECUTE FUNCTION {function};\n"
    )


def changed(columns: list[str]) -> str:
    old, new = (", ".join(f"{which}.{name}" for name in columns) for which in ("OLD", "NEW"))
    return f"WHEN (({old}) IS DISTINCT FROM ({new}))"


EVENTS = "INSERT OR UPDATE OR DELETE"
GIVEN = "WHEN (NEW.scan_id IS NOT NULL)"
TRIGGERS = [
    *(("feed", table, EVENTS, f"feed_part('{kind}')") for table, kind in PARTS.items()),
    ("feed", "measures_coordinationoutcome", "INSERT", "feed_outcome()"),
    ("feed", "measures_evidence", "INSERT", "feed_evidence()"),
    *(("feed", table, "INSERT", function) for table, function in HANDED_IN.items()),
    *(("feed_scan", table, "INSERT", function, GIVEN) for table, function in SCANS.items()),
    (
        "feed_superseded",
        "kpis_baseline",
        "INSERT",
        "feed_superseded_baseline()",
        "WHEN (NEW.number > 1)",
    ),
    *(("feed_shown", table, EVENTS, "feed_measure_with()") for table in SHOWN_WITH),
    ("feed_renamed", "measures_measure", "UPDATE", "feed_renamed_measure()", changed(["code"])),
    *(
        ("feed_named", table, "UPDATE", "feed_begin_anew()", changed(columns))
        for table, columns in NAMED.items()
    ),
]
DONE = parts(PARTS_OF_BEFORE + MORE_PARTS) + FUNCTIONS + "".join(trigger(*t) for t in TRIGGERS)
UNDONE = (
    "".join(f"DROP TRIGGER {name} ON {table};\n" for name, table, *_rest in TRIGGERS)
    + parts(PARTS_OF_BEFORE)
    + """
DROP FUNCTION feed_outcome(), feed_evidence(), feed_report_evidence(),
  feed_contribution_evidence(), feed_request_evidence(), feed_decision_scan(),
  feed_instruction_scan(), feed_superseded_baseline(), feed_measure_with(),
  feed_renamed_measure();
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0004_webhooks"),
        ("agencies", "0005_confirms_reports"),
        ("kpis", "0002_said_in_words"),
        ("measures", "0021_instructions"),
        ("policies", "0005_fill_initials"),
    ]

    operations = [migrations.RunSQL(DONE, UNDONE)]
