"""Triggers that write the feed of changes. apps/api/feed/sight.py says by which numbers."""

from django.db import migrations

FUNCTIONS = """
-- Whom a measure concerns: the agencies that see it, and whoever sees more than agencies.
CREATE FUNCTION feed_viewers(m measures_measure) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  SELECT m.viewer_agencies || '-3'::bigint || CASE
    WHEN NOT m.restricted AND m.state IN ('DRAFT', 'PROPOSED') THEN '{-1}'::bigint[]
    WHEN NOT m.restricted THEN '{-1,-2}'::bigint[]
    ELSE ARRAY(SELECT -100 - 2 * reader - (m.state IN ('DRAFT', 'PROPOSED'))::int
               FROM unnest(m.reader_ids) AS reader)
  END
$$;

-- What is seen with a measure and stands in the feed by itself.
CREATE FUNCTION feed_parts(measure bigint) RETURNS TABLE (kind text, id bigint)
LANGUAGE sql STABLE AS $$
  SELECT 'milestone', id FROM measures_milestone WHERE measure_id = measure
  UNION ALL SELECT 'report', id FROM measures_progressreport WHERE measure_id = measure
  UNION ALL SELECT 'request', id FROM measures_request WHERE measure_id = measure
  UNION ALL SELECT 'deadline_change', id FROM measures_deadlinechange WHERE measure_id = measure
$$;

-- A measure was written. Whoever gains sight of it is told of all that is seen with it; whoever
-- loses it is told that each of these is gone.
CREATE FUNCTION feed_measure() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  seen bigint[];
  lost bigint[];
  gained bigint[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO api_change (kind, row_id, version, viewers, is_gone)
      VALUES ('measure', OLD.id, OLD.version, feed_viewers(OLD), true);
    RETURN NULL;
  END IF;
  seen := feed_viewers(NEW);
  INSERT INTO api_change (kind, row_id, version, viewers)
    VALUES ('measure', NEW.id, NEW.version, seen);
  IF TG_OP = 'INSERT' OR (NEW.viewer_agencies, NEW.reader_ids, NEW.restricted, NEW.state)
      IS NOT DISTINCT FROM (OLD.viewer_agencies, OLD.reader_ids, OLD.restricted, OLD.state) THEN
    RETURN NULL;
  END IF;
  lost := ARRAY(SELECT unnest(feed_viewers(OLD)) EXCEPT SELECT unnest(seen));
  gained := ARRAY(SELECT unnest(seen) EXCEPT SELECT unnest(feed_viewers(OLD)));
  IF lost <> '{}' THEN
    INSERT INTO api_change (kind, row_id, version, viewers, is_gone)
      SELECT 'measure', NEW.id, NEW.version, lost, true
      UNION ALL SELECT part.kind, part.id, NULL, lost, true FROM feed_parts(NEW.id) AS part;
  END IF;
  IF gained <> '{}' THEN
    INSERT INTO api_change (kind, row_id, viewers)
      SELECT part.kind, part.id, gained FROM feed_parts(NEW.id) AS part;
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION feed_part_of(kind text, part bigint, measure bigint, gone boolean) RETURNS void
LANGUAGE sql AS $$
  INSERT INTO api_change (kind, row_id, viewers, is_gone)
    SELECT kind, part, feed_viewers(m), gone FROM measures_measure AS m WHERE m.id = measure
$$;

-- A row that hangs on a measure; its kind is the trigger's argument.
CREATE FUNCTION feed_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM feed_part_of(TG_ARGV[0], OLD.id, OLD.measure_id, true);
  ELSE
    PERFORM feed_part_of(TG_ARGV[0], NEW.id, NEW.measure_id, false);
  END IF;
  RETURN NULL;
END
$$;

-- What became of a report or a request is told with it.
CREATE FUNCTION feed_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('report', id, measure_id, false)
    FROM measures_progressreport WHERE id = NEW.report_id;
  RETURN NULL;
END
$$;
CREATE FUNCTION feed_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM feed_part_of('request', id, measure_id, false)
    FROM measures_request WHERE id = NEW.request_id;
  RETURN NULL;
END
$$;

-- A row that everybody sees who is let in.
CREATE FUNCTION feed_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO api_change (kind, row_id, version, viewers, is_gone)
      VALUES (TG_ARGV[0], OLD.id, OLD.version, '{0}', true);
  ELSE
    INSERT INTO api_change (kind, row_id, version, viewers)
      VALUES (TG_ARGV[0], NEW.id, NEW.version, '{0}');
  END IF;
  RETURN NULL;
END
$$;

-- Whom figures of an indicator at a place concern: as apps.kpis.models.Sight has it.
CREATE FUNCTION feed_figure_viewers(kpi bigint, district bigint, agency bigint)
RETURNS bigint[] LANGUAGE sql STABLE AS $$
  WITH here AS (SELECT id, path FROM agencies_agency WHERE district_id = district)
  SELECT '{-1,-2,-3}'::bigint[] || ARRAY(
    SELECT unnest(owner.path) FROM agencies_agency AS owner, kpis_kpi AS k
      WHERE k.id = kpi AND owner.id = k.owner_id
    UNION SELECT unnest(path) FROM agencies_agency WHERE id = agency
    UNION SELECT unnest(path) FROM here
    UNION SELECT below.id FROM agencies_agency AS below, here WHERE here.id = ANY (below.path)
  )
$$;

-- Figures come many at a time: whom they concern is asked once for each place.
CREATE FUNCTION feed_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO api_change (kind, row_id, viewers)
    SELECT TG_ARGV[0], a.id, place.viewers
    FROM added AS a JOIN (
      SELECT p.*, feed_figure_viewers(p.kpi_id, p.district_id, p.agency_id) AS viewers
      FROM (SELECT DISTINCT kpi_id, district_id, agency_id FROM added) AS p
    ) AS place ON place.kpi_id = a.kpi_id AND place.district_id IS NOT DISTINCT FROM a.district_id
      AND place.agency_id IS NOT DISTINCT FROM a.agency_id
    ORDER BY a.id;
  -- An indicator that is collected no more, or never was, is seen with its figures alone.
  INSERT INTO api_change (kind, row_id, version, viewers)
    SELECT 'kpi', k.id, k.version, feed_figure_viewers(p.kpi_id, p.district_id, p.agency_id)
    FROM (SELECT DISTINCT kpi_id, district_id, agency_id FROM added) AS p
    JOIN kpis_kpi AS k ON k.id = p.kpi_id
    WHERE k.retired_on IS NOT NULL OR k.frequency = 'ONCE';
  RETURN NULL;
END
$$;

-- Of a target's versions the last one holds; those before are listed no more.
CREATE FUNCTION feed_superseded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO api_change (kind, row_id, viewers, is_gone)
    SELECT 'target', t.id, feed_figure_viewers(t.kpi_id, t.district_id, t.agency_id), true
    FROM kpis_target AS t
    WHERE t.kpi_id = NEW.kpi_id AND t.period = NEW.period AND t.number < NEW.number
      AND (t.district_id, t.agency_id, t.item_id)
        IS NOT DISTINCT FROM (NEW.district_id, NEW.agency_id, NEW.item_id);
  RETURN NULL;
END
$$;
CREATE FUNCTION feed_submission_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO api_change (kind, row_id, viewers)
    SELECT 'observation', id, feed_figure_viewers(kpi_id, district_id, agency_id)
    FROM kpis_observation WHERE submission_id = NEW.submission_id ORDER BY id;
  RETURN NULL;
END
$$;

-- Whom rows concern that were written before is another question now: everybody begins anew.
CREATE FUNCTION feed_begin_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE api_feedepoch SET epoch = gen_random_uuid();
  RETURN NULL;
END
$$;
"""

PARTS = {
    "measures_milestone": "milestone",
    "measures_progressreport": "report",
    "measures_request": "request",
    "measures_deadlinechange": "deadline_change",
}
OPEN = {
    "policies_policy": "policy",
    "policies_clause": "clause",
    "policies_chain": "chain",
    "policies_problem": "problem",
    "agencies_agency": "agency",
    "agencies_district": "district",
    "kpis_kpi": "kpi",
}
FIGURES = {
    "kpis_observation": "observation",
    "kpis_target": "target",
    "kpis_baseline": "baseline",
}


def each_row(
    table: str,
    function: str,
    name: str = "feed",
    events: str = "INSERT OR UPDATE OR DELETE",
    when: str = "",
) -> str:
    return (
        f"CREATE TRIGGER {name} AFTER {events} ON {table} FOR EACH ROW {when}"
        f" EXECUTE FUNCTION {function};\n"
    )


TRIGGERS = (
    each_row("measures_measure", "feed_measure()")
    + "".join(each_row(table, f"feed_part('{kind}')") for table, kind in PARTS.items())
    + "".join(each_row(table, f"feed_open('{kind}')") for table, kind in OPEN.items())
    + each_row("measures_review", "feed_review()", events="INSERT")
    + each_row("measures_decision", "feed_decision()", events="INSERT")
    + each_row(
        "kpis_target", "feed_superseded()", "feed_superseded", "INSERT", "WHEN (NEW.number > 1)"
    )
    + each_row("kpis_submissionreview", "feed_submission_review()", events="INSERT")
    + "".join(
        f"CREATE TRIGGER feed AFTER INSERT ON {table} REFERENCING NEW TABLE AS added"
        f" FOR EACH STATEMENT EXECUTE FUNCTION feed_figures('{kind}');\n"
        for table, kind in FIGURES.items()
    )
    + each_row(
        "kpis_kpi",
        "feed_begin_anew()",
        name="feed_owner",
        events="UPDATE",
        when="WHEN (OLD.owner_id IS DISTINCT FROM NEW.owner_id)",
    )
    + each_row(
        "agencies_agency",
        "feed_begin_anew()",
        name="feed_moved",
        events="UPDATE",
        when="WHEN ((OLD.path, OLD.district_id) IS DISTINCT FROM (NEW.path, NEW.district_id))",
    )
    + each_row(
        "agencies_agency",
        "feed_begin_anew()",
        name="feed_joined",
        events="INSERT",
        when="WHEN (NEW.district_id IS NOT NULL)",
    )
)
TABLES = ["measures_measure", "measures_review", "measures_decision", "kpis_submissionreview"]
UNDONE = (
    "".join(f"DROP TRIGGER feed ON {table};\n" for table in [*TABLES, *PARTS, *OPEN, *FIGURES])
    + """
DROP TRIGGER feed_superseded ON kpis_target;
DROP TRIGGER feed_owner ON kpis_kpi;
DROP TRIGGER feed_moved ON agencies_agency;
DROP TRIGGER feed_joined ON agencies_agency;
DROP FUNCTION feed_measure(), feed_part(), feed_part_of(text, bigint, bigint, boolean),
  feed_review(), feed_decision(), feed_open(), feed_figures(), feed_superseded(), feed_submission_review(),
  feed_begin_anew(), feed_figure_viewers(bigint, bigint, bigint), feed_parts(bigint),
  feed_viewers(measures_measure);
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("api", "0002_changes"),
        ("agencies", "0005_confirms_reports"),
        ("kpis", "0002_said_in_words"),
        ("measures", "0021_instructions"),
        ("policies", "0005_fill_initials"),
    ]

    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, UNDONE)]
