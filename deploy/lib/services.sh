# Sourced: starting, finding and stopping the four services of one home folder.
# shellcheck shell=bash

default_rpc_port() {
  case $1 in ingest) echo 7101 ;; scoring) echo 7102 ;; ranking) echo 7103 ;; gateway) echo 7104 ;; esac
}

program() { printf '%s/release/tally-%s' "$build_path" "$1"; }
address_file() { printf '%s/run/%s.json' "$home" "$1"; }
address() { jq -r ".$2 // empty" "$(address_file "$1")" 2>/dev/null; } # address SERVICE rpc|admin|http

# The process id of a running service, or nothing. The name guards against a number used again.
running_pid() {
  local pid
  pid=$(address "$1" pid)
  [ -n "$pid" ] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "tally-$1" ] || return 0
  # A killed process that nobody has waited for keeps its name.
  ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status" 2>/dev/null || return 0
  printf '%s' "$pid"
}

# The port a service had before, in the default home else its usual one, else any. Another home
# never takes the usual ports: it could be mistaken for a service of this one that is away.
listen_address() { # listen_address SERVICE KIND USUAL
  local port
  port=$(cat "$home/run/$1.$2.port" 2>/dev/null)
  [ -n "$port" ] || [ "$home" != "$root/.tally" ] || port=$3
  [ -n "$port" ] && port_is_free "$port" || port=0
  printf '127.0.0.1:%s' "$port"
}

keep_ports() {
  local kind
  for kind in rpc admin http; do
    [ -z "$(address "$1" $kind)" ] ||
      address "$1" $kind | sed 's/.*://' >"$home/run/$1.$kind.port"
  done
}

database_url() { printf 'postgresql://%s@%s:%s/%s' "$1" "$admin_host" "$admin_port" "$admin_database"; }

# The environment of a service, one NAME=VALUE a line.
service_environment() {
  local service=$1 usual
  usual=$(default_rpc_port "$service")
  echo "TALLY_RPC_LISTEN=$(listen_address "$service" rpc "$usual")"
  echo "TALLY_ADMIN_LISTEN=$(listen_address "$service" admin $((usual + 100)))"
  echo "TALLY_ADDRESS_FILE=$(address_file "$service")"
  echo "TALLY_LOG_FORMAT=json"
  [ -z "${TALLY_LOG_LEVEL:-}" ] || echo "TALLY_LOG_LEVEL=$TALLY_LOG_LEVEL"
  if [ "$service" != gateway ]; then
    echo "TALLY_DATABASE_URL=$(database_url "tally_$service")"
    echo "TALLY_DATABASE_PASSWORD_FILE=$(secret "tally_$service")"
  fi
  case $service in
    ingest)
      [ ! -s "$home/archive" ] || echo "TALLY_ARCHIVE=$(cat "$home/archive")"
      given_sources
      [ ! -s "$home/github-token-file" ] ||
        echo "TALLY_GITHUB_TOKEN_FILE=$(cat "$home/github-token-file")"
      ;;
    gateway) echo "TALLY_HTTP_LISTEN=127.0.0.1:$http_port" ;;
  esac
  neighbours "$service"
}

# What the caller's environment says of sources, one NAME=VALUE a line.
given_sources() {
  local name
  for name in TALLY_SOURCES TALLY_BIGQUERY_{KEY_FILE,PROJECT,LOCATION,URL,TOKEN_URI} \
    TALLY_BIGQUERY_{JOB,DAY,MONTH}_USD; do
    [ -z "${!name:-}" ] || echo "$name=${!name}"
  done
}

# The addresses of the services that a service calls, one NAME=VALUE a line.
neighbours() {
  local upstream upstreams=""
  case $1 in
    scoring) upstreams=ingest ;;
    ranking) upstreams=scoring ;;
    gateway) upstreams="ingest scoring ranking" ;;
  esac
  for upstream in $upstreams; do
    echo "TALLY_${upstream^^}_ADDR=$(address "$upstream" rpc)"
  done
}

# Whether a running service knows its neighbours under the addresses they have now.
knows_neighbours() { [ "$(neighbours "$1")" = "$(cat "$home/run/$1.neighbours" 2>/dev/null)" ]; }

migrate() {
  local service=$1
  env -i PATH="$PATH" \
    TALLY_MIGRATION_DATABASE_URL="$(database_url "tally_${service}_owner")" \
    TALLY_MIGRATION_PASSWORD_FILE="$(secret "tally_${service}_owner")" \
    "$(program "$service")" migrate >>"$home/log/$service.log" 2>&1 ||
    { tail -n 5 "$home/log/$service.log" >&2
      fail "the schema of $service could not be brought up to date" "see $home/log/$service.log"; }
}

start_service() {
  local service=$1 log=$home/log/$1.log settings=() line try
  rm -f "$(address_file "$service")"
  while IFS= read -r line; do settings+=("$line"); done < <(service_environment "$service")
  neighbours "$service" >"$home/run/$service.neighbours"
  setsid env -i PATH="$PATH" HOME="${HOME:-/}" "${settings[@]}" \
    "$(program "$service")" serve >>"$log" 2>&1 </dev/null &
  local child=$!
  for try in $(seq 1 150); do
    [ -s "$(address_file "$service")" ] && break
    kill -0 "$child" 2>/dev/null || break
    sleep 0.1
  done
  if [ ! -s "$(address_file "$service")" ]; then
    tail -n 8 "$log" >&2
    fail "$service did not start" "see $log"
  fi
  keep_ports "$service"
}

wait_until_ready() {
  "$(program "$1")" probe ready --addr "$(address "$1" rpc)" --wait 60s >/dev/null 2>>"$home/log/up.log" ||
    { "$(program "$1")" probe health --addr "$(address "$1" rpc)" >&2
      fail "$1 is not ready" "see $home/log/$1.log"; }
}

# Asks politely, and ends what has not ended in its grace.
stop_service() {
  local pid try
  pid=$(running_pid "$1")
  if [ -n "$pid" ]; then
    kill -TERM "$pid" 2>/dev/null
    for try in $(seq 1 150); do
      [ -n "$(running_pid "$1")" ] || break
      sleep 0.1
    done
    [ -z "$(running_pid "$1")" ] || kill -KILL "$pid" 2>/dev/null
  fi
  rm -f "$(address_file "$1")"
}
