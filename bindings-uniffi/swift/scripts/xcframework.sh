#!/bin/sh
# Builds the core as an XCFramework, and the package that is released with it:
#
#     scripts/xcframework.sh URL
#
# where URL is the place that build/release/QinceLeadsFFI.xcframework.zip is going to have. The package is what lies in
# build/release besides the zip.
#
# It takes macOS with Xcode, and Rust with the five targets below. It has not been run yet: no Apple machine was at hand.
set -eu

url=$1
cd "$(dirname "$0")/.."

targets="aarch64-apple-ios aarch64-apple-ios-sim x86_64-apple-ios aarch64-apple-darwin x86_64-apple-darwin"
built=build/cargo
frameworks=build/frameworks
release=build/release
library=libqince_leads_uniffi

# As in the manifest.
export IPHONEOS_DEPLOYMENT_TARGET=16.0 MACOSX_DEPLOYMENT_TARGET=13.0

rm -rf "$frameworks" "$release"
mkdir -p "$frameworks/headers" "$frameworks/simulator" "$frameworks/macos" "$release/Sources/QinceLeadsCore"

for target in $targets; do
    cargo build --release --package qince-leads-uniffi --target "$target" --target-dir "$built"
done
cargo run --release --package qince-leads-uniffi-bindgen --target-dir "$built" -- \
    swift "$built/aarch64-apple-darwin/release/$library.dylib" ../uniffi.toml "$frameworks"

lipo -create -output "$frameworks/simulator/$library.a" \
    "$built/aarch64-apple-ios-sim/release/$library.a" "$built/x86_64-apple-ios/release/$library.a"
lipo -create -output "$frameworks/macos/$library.a" \
    "$built/aarch64-apple-darwin/release/$library.a" "$built/x86_64-apple-darwin/release/$library.a"

cp "$frameworks/QinceLeadsFFI.h" "$frameworks/headers/"
cp "$frameworks/QinceLeadsFFI.modulemap" "$frameworks/headers/module.modulemap"
xcodebuild -create-xcframework -output "$frameworks/QinceLeadsFFI.xcframework" \
    -library "$built/aarch64-apple-ios/release/$library.a" -headers "$frameworks/headers" \
    -library "$frameworks/simulator/$library.a" -headers "$frameworks/headers" \
    -library "$frameworks/macos/$library.a" -headers "$frameworks/headers"
ditto -c -k --keepParent "$frameworks/QinceLeadsFFI.xcframework" "$release/QinceLeadsFFI.xcframework.zip"

cp -R Sources/QinceLeads Sources/QinceLeadsTesting "$release/Sources/"
cp "$frameworks/QinceLeadsCore.swift" "$release/Sources/QinceLeadsCore/"
cp README.md README.zh-CN.md ../../LICENSE-APACHE ../../LICENSE-MIT "$release/"
checksum=$(swift package compute-checksum "$release/QinceLeadsFFI.xcframework.zip")
sed -e "s|@URL@|$url|" -e "s|@CHECKSUM@|$checksum|" Package.release.swift >"$release/Package.swift"
