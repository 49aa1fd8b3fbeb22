#!/bin/sh
# A service under load over HTTP: batches of 100, single events over connections that are kept, and single events at a fixed rate, each
# beside what the load generator does against a server that answers at once. live-http.sh [ROUNDS [SECONDS [RATE]]], default 5, 10 and
# 7500; about (3 x ROUNDS + 5) x SECONDS. With the options "at PORT BATCH RATE SECONDS": against a service that runs already.
# 200 kills in place of the 20 of the tests:
# mvn -pl cli -am test -Dtest=KillHttpTest -Dsurefire.failIfNoSpecifiedTests=false -DargLine=-Dfreshet.kills=200
set -eu
. "$(dirname "$0")/setup.sh"
if [ "${1:-}" != at ]; then
  machine
  echo
fi
run LiveHttp "$@"
