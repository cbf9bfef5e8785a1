#!/bin/sh
# Runs once, when the volume is empty: Temporal gets a role of its own and makes its databases itself.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$TEMPORAL_DB_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
create role temporal login createdb password :'password';
SQL
