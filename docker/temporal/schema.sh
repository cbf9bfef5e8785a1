#!/bin/sh
# Makes Temporal's two databases, or brings them to the newest schema. Repeatable: runs at every start.
set -eu
for each in temporal:temporal temporal_visibility:visibility; do
  database=${each%%:*}
  sql() { temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" -p "$DB_PORT" -u temporal --db "$database" "$@"; }
  sql create
  # Refused when there is a version already: then only the update below has something to do.
  sql setup-schema -v 0.0 || echo "$database has a schema"
  sql update-schema --schema-name "postgresql/v12/${each##*:}"
done
