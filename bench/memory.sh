#!/bin/sh
# Memory does not grow with the stream: a Hoeffding tree at its default limit of 32 MB over 1, 10 and 100 million generated
# events, in a heap of 256 MB. Prints the model's bytes and the peak resident memory of the process. About five minutes.
set -eu
cd "$(dirname "$0")/.."
for events in ${*:-1000000 10000000 100000000}; do
  json=$(mktemp)
  FRESHET_JVM_OPTS="-Xmx256m" ./freshet evaluate --stream 'sea(noise=10%)' --model hoeffding_tree --limit "$events" --json "$json" >/dev/null 2>&1 &
  pid=$!
  peak=0
  while kill -0 "$pid" 2>/dev/null; do
    kb=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null || true)
    [ -n "$kb" ] && [ "$kb" -gt "$peak" ] && peak=$kb
    sleep 1
  done
  wait "$pid"
  bytes=$(sed -n 's/.*"model_bytes" : \([0-9]*\).*/\1/p' "$json" | head -1)
  echo "$events events: model $bytes bytes, process at most $((peak / 1024)) MB"
  rm -f "$json"
done
