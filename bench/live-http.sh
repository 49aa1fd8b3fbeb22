#!/bin/sh
# A service under load over HTTP: batches of 100, single events over keep-alive connections, and single events at a fixed rate, each
# beside what the load generator does against a server that answers at once. live-http.sh [SECONDS [RATE]]; about eight times SECONDS.
set -eu
. "$(dirname "$0")/setup.sh"
run LiveHttp "${1:-10}" "${2:-7500}"
