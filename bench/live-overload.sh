#!/bin/sh
# Ten times the load a service carries, over HTTP: measures what it carries, offers ten times that for so many seconds, then a half, and
# checks what was promised to the accepted and the refused; ends with 1 where that did not hold.
# live-overload.sh [SECONDS [MEMBERS]]    default 60 and a forest of 1000 trees; about SECONDS + 30
set -eu
. "$(dirname "$0")/setup.sh"
machine
run LiveOverload "$@"
