#!/usr/bin/env bash
# Packs what `cargo build --release --target TARGET` has built: the archive of a release with its SHA-256, a wheel, npm packages, and
# for Linux the image. It runs the program, so it runs where the program does.
#
#     packaging/archive.sh x86_64-unknown-linux-gnu dist
set -euo pipefail
cd "$(dirname "$0")/.."

target=$1
out=$2
mkdir -p "$out"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
name="ec2sim-$version-$target"
program=ec2sim
case $target in *windows*) program=ec2sim.exe ;; esac
binary="${CARGO_TARGET_DIR:-target}/$target/release/$program"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$name/completions"
cp "$binary" LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md "$work/$name/"
"$binary" man > "$work/$name/ec2sim.1"
for shell in bash zsh fish powershell elvish; do
  "$binary" completions "$shell" > "$work/$name/completions/ec2sim.$shell"
done
case $target in
  *windows*)
    archive="$name.zip"
    (cd "$work" && 7z a -bd -y "$archive" "$name" > /dev/null)
    ;;
  *)
    archive="$name.tar.gz"
    tar -C "$work" -czf "$work/$archive" "$name"
    ;;
esac
mv "$work/$archive" "$out/"
if command -v sha256sum > /dev/null; then sum=(sha256sum); else sum=(shasum -a 256); fi
(cd "$out" && "${sum[@]}" "$archive" > "$archive.sha256")

python=python3
command -v python3 > /dev/null || python=python
for what in wheel npm; do
  "$python" packaging/pack.py "$what" --binary "$binary" --target "$target" -o "$out"
done
case $target in *linux*) "$python" packaging/pack.py image --binary "$binary" --target "$target" -o "$out" ;; esac
