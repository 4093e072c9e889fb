#!/bin/sh
# Loads incidents into PostgreSQL: load-postgresql.sh FOLDER..., each written by "gomortem export DB csv -o FOLDER".
#
# The connection is libpq's (PGHOST, PGDATABASE, ...). An incident goes in as one transaction, by COPY. What is there of
# the same incident, tool and facts version is not loaded again, so that the script can be repeated after a failure.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || { echo "usage: $0 FOLDER..." >&2; exit 2; }
psql="psql -X -q -v ON_ERROR_STOP=1"
PGOPTIONS="${PGOPTIONS:-} -c client_min_messages=warning" $psql -f "$here/postgresql.sql"
for folder in "$@"; do
    [ -f "$folder/incidents.csv" ] || { echo "$0: $folder holds no incidents.csv" >&2; exit 2; }
    # \copy names files relative to where psql runs, so their names need no quoting here. The columns are the file's own:
    # a newer gomortem may have more of them than an older table, and then it says so.
    (cd "$folder"
     {
        cat <<'SQL'
BEGIN;
SELECT pg_advisory_xact_lock (hashtext ('gomortem')) \g /dev/null
SQL
        for table in incidents findings evidence mem_window gc_window profile_top; do
            columns=$(head -n 1 "$table.csv" | tr -d '\r' | sed 's/[^,]*/"&"/g')
            cat <<SQL
CREATE TEMP TABLE new_$table (LIKE gomortem.$table) ON COMMIT DROP;
\\copy new_$table ($columns) FROM '$table.csv' WITH (FORMAT csv, HEADER true)
INSERT INTO gomortem.$table SELECT n.* FROM new_$table n WHERE NOT EXISTS (SELECT FROM gomortem.$table o
    WHERE (o.incident_id, o.tool_version, o.facts_version) = (n.incident_id, n.tool_version, n.facts_version));
SQL
        done
        echo "COMMIT;"
     } | $psql)
done
