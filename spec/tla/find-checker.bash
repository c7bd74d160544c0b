# Finds a checker; sourced by check and check-traces, which set `here` to the directory of the specification.
# find_tlc sets `jar` to TLC: the jar that TLA2TOOLS_JAR names, else the pinned release, fetched once into .tools/ and compared
# with tla2tools.sha256. find_fallback sees to it that tla-checker is installed beside node.

version=1.7.4
url=https://github.com/tlaplus/tlaplus/releases/download/v$version/tla2tools.jar
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
jar=''

fail() { echo "${0##*/}: $*" >&2; exit 2; }

digest_ok() {
  local sum; sum=$(cut -d' ' -f1 "$here/tla2tools.sha256")
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | grep -q "^$sum "
}

find_tlc() {
  "$java" -version >/dev/null 2>&1 || { echo "note: no Java here"; return; }
  if [[ -n ${TLA2TOOLS_JAR:-} ]]; then
    [[ -f $TLA2TOOLS_JAR ]] || fail "TLA2TOOLS_JAR names no file: $TLA2TOOLS_JAR"
    jar=$TLA2TOOLS_JAR; return
  fi
  local cached=$here/.tools/tla2tools-$version.jar
  if [[ ! -f $cached ]]; then
    mkdir -p "$here/.tools"
    if ! { curl -fsSL --retry 2 -o "$cached.part" "$url" || wget -q -O "$cached.part" "$url"; } 2>/dev/null; then
      rm -f "$cached.part"; echo "note: TLC $version could not be fetched from $url"; return
    fi
    mv "$cached.part" "$cached"
  fi
  digest_ok "$cached" || { rm -f "$cached"; fail "the fetched jar does not have the checksum of tla2tools.sha256"; }
  jar=$cached
}

find_fallback() {
  command -v node >/dev/null || fail 'neither Java with TLC nor node is at hand'
  [[ -d $here/fallback/node_modules/tla-checker ]] ||
    npm ci --prefix "$here/fallback" --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1 ||
    fail 'tla-checker could not be installed'
}
