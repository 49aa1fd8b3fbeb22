#!/bin/sh
# Routing among large models by logs of how good each was on every question, from the folder named by FRESHET_DATA: two models
# on MMLU (routellm) beside plain baselines, and nine open models on several benchmarks (llmrouter_scores). Means and standard
# deviations over shuffled orders. Three minutes.
#
#   bench/route.sh [SEEDS]    default 3
set -eu
. "$(dirname "$0")/setup.sh"
machine
echo
if has routellm; then
  run RouteRun "$FRESHET_DATA" "${1:-3}"
  echo
  run RouteMoney "$FRESHET_DATA" "${1:-3}"
fi
if has llmrouter_scores; then
  echo
  run RouteModels "$FRESHET_DATA" "${1:-3}"
fi
