# Sourced: a private Postgres cluster below the home folder, or the one of TALLY_DATABASE_URL.
# shellcheck shell=bash

pg_bin=/usr/lib/postgresql/15/bin

# Whoever runs Postgres: it refuses to be root.
as_postgres() {
  if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

secret() { # secret NAME: the file of a password, made on first use
  local file=$home/secrets/$1
  if [ ! -s "$file" ]; then
    (umask 077; od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$file")
  fi
  printf '%s' "$file"
}

# The cluster's folder: in the home, unless the postgres user cannot get there (below /root, say).
cluster_folder() {
  if [ ! -s "$home/cluster" ]; then
    local folder=$home/postgres
    if ! as_postgres test -x "$home" 2>/dev/null; then
      folder=/var/lib/tally/$(printf '%s' "$home" | sha256sum | cut -c1-16)
    fi
    printf '%s' "$folder" >"$home/cluster"
  fi
  cat "$home/cluster"
}

port_is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

random_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    port_is_free "$port" && { printf '%s' "$port"; return; }
  done
}

create_cluster() { # create_cluster FOLDER
  mkdir -p "$1"
  [ "$(id -u)" -ne 0 ] || chown postgres: "$1"
  chmod 700 "$1"
  local log=$home/log/initdb.log password_file
  # initdb reads the password from a file of its own user's; the secret belongs to the caller.
  password_file=$(as_postgres mktemp)
  as_postgres tee "$password_file" <"$(secret tally_admin)" >/dev/null
  as_postgres "$pg_bin/initdb" -D "$1" -U tally_admin --auth=scram-sha-256 \
    --pwfile="$password_file" --encoding=UTF8 --locale=C.UTF-8 >"$log" 2>&1
  local status=$?
  rm -f "$password_file"
  [ $status -eq 0 ] || fail "initdb could not make $1" "see $log"
  {
    echo "listen_addresses = '127.0.0.1'"
    echo "unix_socket_directories = ''"
    echo "timezone = 'UTC'"
    echo "max_connections = 60"
    echo "shared_buffers = '256MB'"
    echo "max_wal_size = '2GB'"
  } | as_postgres tee -a "$1/postgresql.conf" >/dev/null
}

start_cluster() {
  local folder try
  folder=$(cluster_folder)
  as_postgres test -s "$folder/PG_VERSION" || create_cluster "$folder"
  if ! as_postgres "$pg_bin/pg_ctl" -D "$folder" status >/dev/null 2>&1; then
    for try in 1 2 3; do
      # The same port each time, so that running services find it again; another if it is taken.
      [ -s "$home/postgres-port" ] && port_is_free "$(cat "$home/postgres-port")" ||
        random_port >"$home/postgres-port"
      as_postgres "$pg_bin/pg_ctl" -D "$folder" -w -t 60 -l "$folder/server.log" \
        -o "-p $(cat "$home/postgres-port")" start >/dev/null 2>&1 && break
      [ "$try" -lt 3 ] || fail "Postgres did not start" "see $folder/server.log"
    done
  fi
  admin_host=127.0.0.1
  admin_port=$(cat "$home/postgres-port")
  admin_database=tally
  sql_as_admin() { # sql_as_admin DATABASE: SQL on stdin; the password never stands in argv
    PGPASSWORD=$(cat "$(secret tally_admin)") psql -XqAt -v ON_ERROR_STOP=1 \
      -h 127.0.0.1 -p "$admin_port" -U tally_admin -d "$1"
  }
  [ "$(echo "select 1 from pg_database where datname = 'tally'" | sql_as_admin postgres)" = 1 ] ||
    echo 'create database tally' | sql_as_admin postgres ||
    fail "the database could not be created" "see $folder/server.log"
}

use_given_database() { # TALLY_DATABASE_URL names an account that may create roles and schemas
  sql_as_admin() { psql -XqAt -v ON_ERROR_STOP=1 "$TALLY_DATABASE_URL"; }
  local facts
  facts=$(printf '\\echo :HOST :PORT :DBNAME\n' | sql_as_admin) ||
    fail "TALLY_DATABASE_URL does not answer" "check host, account and password"
  read -r admin_host admin_port admin_database <<<"$facts"
}

# One owner role for migrations and one role for running, per schema; neither sees another schema.
create_roles() {
  local service
  {
    echo "set client_min_messages = warning;"
    echo "revoke all on database \"$admin_database\" from public;"
    echo "revoke create on schema public from public;"
    for service in ingest scoring ranking; do
      role_sql "tally_${service}_owner"
      role_sql "tally_$service"
      # The account joins the owner's role, because only a superuser may speak for it otherwise.
      cat <<SQL
grant connect, temporary on database "$admin_database"
  to tally_${service}_owner, tally_$service;
grant tally_${service}_owner to current_user;
create schema if not exists $service authorization tally_${service}_owner;
grant usage on schema $service to tally_$service;
alter role tally_${service}_owner set search_path = $service;
alter role tally_$service set search_path = $service;
alter default privileges for role tally_${service}_owner in schema $service
  grant select, insert, update, delete on tables to tally_$service;
alter default privileges for role tally_${service}_owner in schema $service
  grant usage, select on sequences to tally_$service;
SQL
    done
  } | sql_as_admin "$admin_database" >/dev/null ||
    fail "the database roles could not be created" "the account needs CREATEROLE and CREATE"
}

role_sql() {
  cat <<SQL
do \$\$ begin
  if not exists (select from pg_roles where rolname = '$1') then create role $1 login; end if;
end \$\$;
alter role $1 login password '$(cat "$(secret "$1")")';
SQL
}

stop_cluster() {
  [ -s "$home/cluster" ] || return 0
  local folder
  folder=$(cat "$home/cluster")
  [ -x "$pg_bin/pg_ctl" ] && as_postgres test -d "$folder" || return 0
  as_postgres "$pg_bin/pg_ctl" -D "$folder" status >/dev/null 2>&1 || return 0
  as_postgres "$pg_bin/pg_ctl" -D "$folder" -m fast -w -t 60 stop >/dev/null ||
    fail "Postgres did not stop" "see $folder/server.log"
}
