#!/usr/bin/env bash
# Both commands on a bare machine: a fresh Debian in a folder, with Rust and Node copied in and nothing else of use.
#
# In: this clone's last commit, and `test` or `serve` where only one is wanted. Out: a line for each promise and last `N passed, N failed`.
# Needs root on Debian (debootstrap, chroot). Takes about an hour on two cores, so it is a part of `test --full`.
# The Rust that is copied in has no rustup and no browser target: the way through Debian's compiler is taken.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2

passed=0
failed=0
port=18080

finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
  exit
}

# check NAME COMMAND...: one promise.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok   $name"
  else
    failed=$((failed + 1))
    echo "FAIL $name"
  fi
}

refuse() {
  echo "$1" >&2
  failed=$((failed + 1))
  finish
}

[ "$(id -u)" -eq 0 ] || refuse "A bare machine is made with debootstrap and chroot, which need root."
# shellcheck source=/dev/null
. /etc/os-release
[ "${ID:-}" = debian ] || refuse "A bare machine is made from Debian's own packages; this is ${ID:-no Debian}."
if ! command -v debootstrap >/dev/null; then
  echo "set-up: installing debootstrap with apt-get, because it makes the bare machine"
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet --yes --no-install-recommends debootstrap >/dev/null ||
    refuse "debootstrap could not be installed."
fi

machine=$(mktemp -d "${TMPDIR:-/tmp}/doorstep-bare.XXXXXX") || exit 2
server=
clean_up() {
  [ -n "$server" ] && kill "$server" 2>/dev/null
  for mounted in proc dev/shm dev; do umount --lazy "$machine/$mounted" 2>/dev/null; done
  rm -rf --one-file-system -- "$machine"
}
trap clean_up EXIT

# The mirror and the trusted keys are this machine's own.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | grep -v '^#' | grep -o 'https\?://[^ ]*debian\b' | head -n 1)
[ -n "$mirror" ] || refuse "No Debian mirror is named in this machine's package sources."
debootstrap --variant=minbase --include=ca-certificates,gcc,git,libc6-dev,libstdc++6,make \
  "$VERSION_CODENAME" "$machine" "$mirror" >"$machine.log" 2>&1 ||
  refuse "debootstrap failed; its output is in $machine.log."
rm -f "$machine.log" "$machine"/etc/apt/sources.list
grep --files-with-matches --word-regexp "$VERSION_CODENAME" /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  while read -r source; do cp "$source" "$machine/etc/apt/sources.list.d/"; done
cp -r /usr/share/keyrings/. "$machine/usr/share/keyrings/"
cp -L --remove-destination /etc/ssl/certs/ca-certificates.crt "$machine/etc/ssl/certs/"
cp -L /etc/resolv.conf /etc/hosts "$machine/etc/"

# Rust without rustup and without a target for the browser; Node with npm.
mkdir -p "$machine/opt/rust" "$machine/usr/local/lib/node_modules"
cp -r "$(rustc --print sysroot)/." "$machine/opt/rust/"
rm -rf "$machine/opt/rust/lib/rustlib/wasm32-unknown-unknown" "$machine/opt/rust/lib/rustlib/src"
cp -L "$(node -p process.execPath)" "$machine/usr/local/bin/node"
cp -r "$(npm root --global)/npm" "$machine/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$machine/usr/local/bin/npm"
git clone --quiet --no-hardlinks . "$machine/opt/doorstep" || refuse "This clone could not be cloned."

mkdir -p "$machine/dev/shm"
mount --bind /dev "$machine/dev" && mount -t tmpfs tmpfs "$machine/dev/shm" && mount -t proc proc "$machine/proc" ||
  refuse "The bare machine's /dev and /proc could not be mounted."

# Settings of the network reach inside; nothing else of this machine does.
settings=()
while IFS='=' read -r name value; do
  settings+=("$name=$value")
done < <(env | grep -iE '^(https?_proxy|no_proxy|SSL_CERT_FILE|NODE_EXTRA_CA_CERTS|CARGO_HTTP_CAINFO|npm_config_registry)=')
inside() {
  chroot "$machine" /usr/bin/env -i "${settings[@]}" HOME=/opt/worker LANG=C.UTF-8 \
    PATH=/opt/rust/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c "mkdir -p /opt/worker && cd /opt/doorstep && $1"
}

serves() {
  inside "exec cargo xtask serve --port $port" &
  server=$!
  for _ in $(seq 1 5400); do
    kill -0 "$server" 2>/dev/null || return 1
    if node -e "fetch('http://127.0.0.1:$port/health').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"; then
      node -e "fetch('http://127.0.0.1:$port/').then((a) => a.text()).then((t) => process.exit(t.includes('Doorstep') ? 0 : 1))"
      return
    fi
    sleep 1
  done
  return 1
}

asked=${*:-test serve}
for command in $asked; do
  case $command in
  test) check "cargo xtask test does its job with nothing else typed" inside "cargo xtask test" ;;
  serve) check "cargo xtask serve does its job with nothing else typed" serves ;;
  *) refuse "bare: no command \"$command\"; there are test and serve." ;;
  esac
done
finish
