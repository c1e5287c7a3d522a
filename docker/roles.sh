#!/bin/sh
# Makes the role that serves, once, when the data of the PostgreSQL container are made.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$PEDIGREE_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'END'
CREATE ROLE pedigree_daemon NOLOGIN;
CREATE ROLE pedigree LOGIN PASSWORD :'password' IN ROLE pedigree_daemon;
END
