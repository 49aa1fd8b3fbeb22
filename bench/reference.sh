#!/bin/sh
# Our figures beside published ones, to find mistakes and not to tune to, and the two gates. Means of five seeds where the learner
# draws; MOA's own figure on the same rows stands beside it where MOA has the method. About three minutes on two quiet cores.
#
#   bench/reference.sh [REGEX]     only the learners that match
#
# Published: the expectations of CapyMOA's tests (first 2,000 rows of the six-attribute Electricity, accuracy; first 1,000 rows of
# Fried, RMSE; forests, leveraging bagging and smooth boost with 100 members); River's documentation (BOLE, first 3,000 rows);
# CapyMOA's notebook (forest of 10). Needs the folder of the larger datasets in FRESHET_DATA, else those rows are left out.
set -eu
. "$(dirname "$0")/setup.sh"
only=${1:-.}
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

row() { # stream events ours moa-command published [gate]
  echo "$3" | grep -Eq "$only" || return 0
  run PeerRun "$1" "$2" "$3" "$4" 0 1 5 2>"$errors" | awk -F'\t' -v stream="$1" -v ours="$3" -v kind="$kind" -v published="$5" -v gate="${6:-}" '
    { f = kind == "class" ? 100 : 1; a = sprintf("%.2f", f * $11); m = $12 == "NaN" ? "" : sprintf("%.2f", f * $12)
      verdict = gate == "" ? "" : (a + 0 >= gate + 0 ? "at least " gate ": met" : "at least " gate ": MISSED")
      printf "| %s | %d | %s | %s | %s | %s | %+.2f | %s |\n", stream, $2, ours, a, m, published, a - published, verdict }
    END { if (NR == 0) printf "| %s | | %s | failed | | %s | | |\n", stream, ours, published }'
  grep -E "^(Exception|[a-z_]+.* on .*: )" "$errors" >&2 || true
}
table() {
  echo
  echo "| stream | rows | learner | ours, $1 | MOA here | published | difference | gate |"
  echo "|---|---|---|---|---|---|---|---|"
}
elec=electricity

machine
kind=class
table "accuracy %"
row $elec 2000 no_change functions.NoChange 85.95
row $elec 2000 hoeffding_tree trees.HoeffdingTree 82.65
row $elec 2000 extremely_fast_decision_tree trees.EFDT 82.69
row $elec 2000 hoeffding_adaptive_tree trees.HoeffdingAdaptiveTree 84.15
row $elec 2000 last - 83.95
row $elec 2000 plastic - 83.25
row $elec 2000 oza_boost meta.OzaBoost 89.95
row $elec 2000 "adaptive_random_forest(members=100)" "meta.AdaptiveRandomForest -s 100" 89.00
row $elec 2000 "leveraging_bagging(members=100)" "meta.LeveragingBag -s 100" 86.70
row $elec 2000 "streaming_random_patches(members=100)" "meta.StreamingRandomPatches -s 100" 90.20
row $elec 2000 streaming_gradient_boosted_trees meta.StreamingGradientBoostedTrees 88.75
row $elec 2000 dynamic_member_selection - 92.70
row $elec 2000 "smooth_boost(members=100)" "meta.OnlineSmoothBoost -s 100" 87.85
row $elec 2000 dynamic_weighted_majority meta.DynamicWeightedMajority 84.05
row $elec 2000 "online_bagging(members=5)" "meta.OzaBag -s 5" 84.60
row $elec 2000 adwin_bagging meta.OzaBagAdwin 85.25
row $elec 2000 csmote meta.imbalanced.CSMOTE 80.55
if has electricity; then
  row elec2_raw 45312 adaptive_random_forest "meta.AdaptiveRandomForest -s 10" 89.33 89.3
  row elec2_raw 3000 bole meta.BOLE 94.13 93
fi
if has fried; then
  kind=number
  table RMSE
  row fried 1000 "adaptive_random_forest_regressor(members=100)" "meta.AdaptiveRandomForestRegressor -s 100" 4.15
  row fried 1000 "soknl(members=100)" "meta.SelfOptimisingKNearestLeaves -s 100" 3.35
  row fried 1000 streaming_gradient_boosted_regressor - 3.09
  row fried 1000 fimt_dd trees.FIMTDD 7.36
  row fried 1000 orto trees.ORTO 9.23
fi
