# Sourced by deploy/up, deploy/down and deploy/test: words, failures, packages.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build_path=$root/.build
services="ingest scoring ranking gateway"
# A release brings Swift's runtime inside: no library is looked up at the start or in a call, and
# the programs run where no Swift is installed.
release="-c release --static-swift-stdlib"

# What building and running needs, from the distribution.
packages="libprotobuf-c-dev libpq-dev libcurl4-openssl-dev libssl-dev libisal-dev
  libsimdjson-dev libwslay-dev zlib1g-dev pkg-config g++ postgresql-15 curl jq procps
  ca-certificates"

say() { printf '%s\n' "$*" >&2; }
step() {
  current_step=$*
  if [ -t 2 ] && [ -z "${NO_COLOR:-}" ]; then printf '\033[1m▸ %s\033[0m\n' "$*" >&2
  else printf '▸ %s\n' "$*" >&2; fi
}
# fail WHAT [WHAT TO DO]: names the step that went wrong and ends.
fail() {
  say "failed while: ${current_step:-starting}"
  say "  $1"
  [ -z "${2:-}" ] || say "  → $2"
  exit 1
}

# Runs as root: directly, or through sudo where the caller is someone else.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@" || sudo "$@"; fi
}

install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
      missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  step "installing ${missing[*]}"
  command -v apt-get >/dev/null ||
    fail "this is not a Debian or Ubuntu system" "install by hand: ${missing[*]}"
  local log
  log=$(mktemp)
  if ! { as_root apt-get update -q &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y \
      --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "apt could not install ${missing[*]}" "the full log is $log"
  fi
  rm -f "$log"
}

require_swift() {
  command -v swift >/dev/null ||
    fail "no Swift toolchain on PATH" "install Swift 6.2 or newer from https://swift.org/install"
}
