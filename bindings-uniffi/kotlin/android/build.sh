#!/bin/sh
# Builds the Android library: the core for each ABI into build/jniLibs, and the AAR.
# Needs cargo-ndk, the NDK (r28 or later, whose libraries fit pages of 16 KB), the targets of Rust, and Gradle.
# UniFFI's Kotlin must be in ../build/uniffi, where `cargo xtask test --lang kotlin` leaves it.
set -eu
cd "$(dirname "$0")"

cargo ndk \
    --target arm64-v8a --target armeabi-v7a --target x86_64 \
    --platform 26 \
    --output-dir "$PWD/build/jniLibs" \
    build --release --package qince-leads-uniffi

gradle --no-daemon assembleRelease
