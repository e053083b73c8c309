#!/usr/bin/env bash
# Writes the C and Swift code of the messages; the output is committed, so that building needs no
# protoc.   generate.sh [--check]     --check fails and names the files that are stale.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/proto" "$work/c" "$work/swift"

cp -r proto/tally "$work/proto/"
# The envelope of the wire is read and written by RPCCore.
rm -r "$work/proto/tally/rpc"
mapfile -t files < <(cd "$work/proto" && find tally -name '*.proto' | sort)
protoc -I "$work/proto" --include_source_info --include_imports \
  --descriptor_set_out="$work/set.bin" "${files[@]}"

# protobuf-c cuts a string at its first NUL unless it keeps the length; said here for every string,
# so that the .proto files stay plain.
for file in "${files[@]}"; do
  grep -q "string " "$work/proto/$file" || continue
  sed -E -i \
    -e '0,/^package .*/s//&\nimport "protobuf-c\/protobuf-c.proto";/' \
    -e 's/(string [a-z_0-9]+ = [0-9]+);/\1 [(pb_c_field).string_as_bytes = true];/g' \
    "$work/proto/$file"
done
protoc-c -I "$work/proto" -I /usr/include --c_out="$work/c" "${files[@]}"
/usr/bin/python3 proto/generate.py "$work/set.bin" "$work/swift"
swift format format --configuration .swift-format --in-place --recursive "$work/swift"

output() { # output FROM TO: names of both sides, relative
  (cd "$work" && find c -name '*.h' | sed 's|^c/|Sources/CTallyProto/include/|'
    find c -name '*.c' | sed 's|^c/|Sources/CTallyProto/|'
    find swift -name '*.swift' | sed 's|^swift/|Sources/TallyAPI/Generated/|')
}
source_of() {
  case $1 in
    Sources/CTallyProto/include/*) echo "$work/c/${1#Sources/CTallyProto/include/}" ;;
    Sources/CTallyProto/*) echo "$work/c/${1#Sources/CTallyProto/}" ;;
    *) echo "$work/swift/${1#Sources/TallyAPI/Generated/}" ;;
  esac
}
committed() {
  find Sources/CTallyProto/include/tally Sources/CTallyProto/tally Sources/TallyAPI/Generated \
    -type f 2>/dev/null || true
}

if [ "${1:-}" = --check ]; then
  stale=0
  while IFS= read -r file; do
    cmp -s "$(source_of "$file")" "$file" || { echo "stale: $file"; stale=1; }
  done < <({ output; committed; } | sort -u)
  [ $stale -eq 0 ] || { echo "run proto/generate.sh and commit"; exit 1; }
  exit 0
fi
rm -rf Sources/CTallyProto/include/tally Sources/CTallyProto/tally Sources/TallyAPI/Generated
while IFS= read -r file; do
  mkdir -p "$(dirname "$file")"
  cp "$(source_of "$file")" "$file"
done < <(output)
