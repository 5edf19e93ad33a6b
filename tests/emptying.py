"""After a test that wrote in earnest, its rows are taken out: quicker than Django's own flush.

Emptying each of some hundred tables costs as much as many tests; few of them were written to.
What kinds of rows and permissions there are stays, as it came with the tables.
"""

from django.db import connection

OF_THE_TABLES = ["django_migrations", "django_content_type", "auth_permission"]
FEW = 40
"""Pages. A larger table is emptied as a whole, so that dead rows of earlier tests slow nobody."""

EMPTY = """
DO $$
DECLARE
  names text;
  written record;
BEGIN
  SELECT string_agg(oid::regclass::text, ', ') INTO names FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL ({kept});
  -- As a TRUNCATE would: whoever is still writing is waited for.
  EXECUTE 'LOCK TABLE ' || names || ' IN ACCESS EXCLUSIVE MODE';
  SET LOCAL session_replication_role = replica;
  FOR written IN
    SELECT oid::regclass AS name, pg_relation_size(oid) / 8192 AS pages FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> ALL ({kept})
        AND pg_relation_size(oid) > 0
  LOOP
    IF written.pages > {few} THEN
      EXECUTE format('TRUNCATE %s CASCADE', written.name);
    ELSE
      EXECUTE format('DELETE FROM %s', written.name);
    END IF;
  END LOOP;
END $$
"""


def empty_the_tables() -> None:
    """Take out every row, whatever triggers and references say."""
    kept = "ARRAY[" + ", ".join(f"'{name}'" for name in OF_THE_TABLES) + "]"
    with connection.cursor() as cursor:
        cursor.execute(EMPTY.format(kept=kept, few=FEW))
