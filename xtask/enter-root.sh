#!/bin/sh
# enter-root.sh ROOT FOLDER... -- COMMAND...
#
# Runs a command in another root, in which these folders lie where they lie outside. It is for `unshare --mount`: what is
# mounted is then seen by nobody else, and goes when the command ends.
set -eu
root=$1
shift
mount -t proc proc "$root/proc"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --bind "$1" "$root$1"
    shift
done
shift
# shellcheck disable=SC2016 # the inner shell is to see these
exec chroot "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$PWD" "$@"
