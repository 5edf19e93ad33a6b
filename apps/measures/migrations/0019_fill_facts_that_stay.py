"""What happened before the facts were kept is read from requests, resumptions and row versions."""

from django.db import migrations

DAY = "(({}) AT TIME ZONE 'Asia/Shanghai')::date"
KNOWN = DAY.format("coalesce(d.recorded_at, d.at)")

# Workdays that were not the lead's: applications that were sent back, rests that are over, and
# what was closed, from its application on, until it was reopened.
SPARE = f"""
    WITH official AS (
        SELECT unnest(holidays) AS day, false AS works FROM workdays_calendaryear
        UNION ALL SELECT unnest(make_up_days), true FROM workdays_calendaryear
    ), spans AS (
        SELECT r.measure_id, {DAY.format("r.asked_at")} AS begins, {KNOWN} AS ends
        FROM measures_request r JOIN measures_decision d ON d.request_id = r.id
        WHERE r.kind = 'COMPLETE' AND d.outcome = 'REFUSED'
        UNION ALL
        SELECT e.measure_id, {KNOWN}, {DAY.format("e.at")}
        FROM measures_resumption e JOIN measures_decision d ON d.id = e.decision_id
        UNION ALL
        SELECT r.measure_id, (
            SELECT {DAY.format("max(c.asked_at)")} FROM measures_request c
            JOIN measures_decision g ON g.request_id = c.id AND g.outcome = 'GRANTED'
            WHERE c.measure_id = r.measure_id AND c.kind = 'COMPLETE' AND c.number < r.number
        ), {KNOWN}
        FROM measures_request r JOIN measures_decision d ON d.request_id = r.id
        WHERE r.kind = 'REOPEN' AND d.outcome = 'GRANTED'
    ), spared AS (
        SELECT s.measure_id, count(*) AS workdays
        FROM spans s
        CROSS JOIN LATERAL generate_series(s.begins, s.ends - 1, interval '1 day') AS every(day)
        LEFT JOIN official o ON o.day = every.day::date
        WHERE coalesce(o.works, extract(isodow FROM every.day) <= 5)
        GROUP BY s.measure_id
    )
    UPDATE measures_measure m
    SET spared_workdays = greatest(m.review_workdays, coalesce(s.workdays, 0))
    FROM measures_measure same LEFT JOIN spared s ON s.measure_id = same.id
    WHERE same.id = m.id AND (s.workdays > 0 OR m.review_workdays > 0)
"""

# The day after the original deadline, later by the workdays that are spared: while it runs, and
# for good once completion was applied for on that day or later.
JUDGE = """
    WITH official AS (
        SELECT unnest(holidays) AS day, false AS works FROM workdays_calendaryear
        UNION ALL SELECT unnest(make_up_days), true FROM workdays_calendaryear
    ), judged AS (
        SELECT m.id, CASE WHEN m.spared_workdays = 0 THEN m.original_due_on ELSE (
            SELECT every.day::date
            FROM generate_series(
                m.original_due_on + 1,
                m.original_due_on + 20 + 3 * m.spared_workdays::integer,
                interval '1 day'
            ) AS every(day)
            LEFT JOIN official o ON o.day = every.day::date
            WHERE coalesce(o.works, extract(isodow FROM every.day) <= 5)
            ORDER BY 1 OFFSET m.spared_workdays - 1 LIMIT 1
        ) END + 1 AS late_from
        FROM measures_measure m
        WHERE m.state IN ('ISSUED', 'IN_PROGRESS', 'COMPLETING', 'CLOSED')
    )
    UPDATE measures_measure m SET original_overdue_from_on = j.late_from
    FROM judged j
    WHERE j.id = m.id AND (
        m.state IN ('ISSUED', 'IN_PROGRESS') OR m.completion_applied_on >= j.late_from
    )
"""

# Overdue before: in a version that stood until that day or longer.
REMEMBER = f"""
    WITH versions AS (
        SELECT pgh_obj_id, overdue_from_on, lead({DAY.format("pgh_created_at")})
            OVER (PARTITION BY pgh_obj_id ORDER BY pgh_id) AS until
        FROM measures_measureevent
    ), first AS (
        SELECT pgh_obj_id, min(overdue_from_on) AS since FROM versions
        WHERE overdue_from_on <= until GROUP BY pgh_obj_id
    )
    UPDATE measures_measure m SET first_overdue_on = first.since
    FROM first WHERE first.pgh_obj_id = m.id AND m.issued_on IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0018_facts_that_stay"),
        ("workdays", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL([SPARE, JUDGE, REMEMBER], migrations.RunSQL.noop),
    ]
