#!/bin/sh
# What a budget of labels gives: strategies beside random on Electricity, phishing, spam, SMS and gas sensors, at 1, 5, 10 and 20 % of
# the labels; VeSSAL on MNIST, and its rate over 100,000 events. Needs the folder of the larger datasets in FRESHET_DATA. One thread;
# cells are kept in bench/target/ask.tsv: a run that was stopped goes on. Ten to fifteen minutes of
# CPU time for five seeds.
#
#   bench/ask.sh                        runs what is missing, writes docs/results/labels.md
#   bench/ask.sh table                  writes it from what was run so far
#   SEEDS=1 EVENTS=2000 bench/ask.sh -  a shorter run, to standard output
set -eu
. "$(dirname "$0")/setup.sh"
has sms_spam
mkdir -p bench/target docs/results
result=$(mktemp)
trap 'rm -f "$result"' EXIT
seeds=${SEEDS:-1,2,3,4,5}
events=${EVENTS:-1000000}
cells=${CELLS:-bench/target/ask.tsv}
only=
[ "${1:-}" = table ] && only=table
t=$(printf '\t')
{
  echo "# Labels within a budget"
  echo
  echo "Written by \`bench/ask.sh\` on one thread. Every event is predicted before its label may be asked for; what is asked is learnt at"
  echo "once, the rest never. Accuracy in % over all events, a mean over the seeds; a seed leaves out another tenth of the events, and"
  echo "draws what strategies and models draw. *Area* is that under accuracy against the budget, over the width of the budgets; *less"
  echo "random* is its difference from random in points, *p* of a paired t-test over the seeds. *Beyond it* is the most labels by which"
  echo "the budget was ever exceeded at any event: less than 1 always."
  echo
  echo "Models are those that were best with all labels of up to four tried on these data, so these are development figures; strategies"
  echo "have their defaults but for lengths. Labels come at once and no model reports drifts, so that delay_aware and drift_boost can show"
  echo "little more than what they cost; anchored is for rare classes, and these streams have none. With two classes margin and entropy"
  echo "are one strategy."
  echo
  run AskRun "$cells" "$seeds" 0.01,0.05,0.1,0.2 "$events" $only <<LINES
stream${t}SMS spam${t}sms_spam${t}tfidf(words=[1, 2], characters=[3, 5]) | logistic_regression(optimizer=sgd(learning_rate=4))
stream${t}Phishing${t}phishing_uci${t}logistic_regression(optimizer=sgd(learning_rate=0.05))
stream${t}Spam${t}spam_corpus${t}logistic_regression(optimizer=sgd(learning_rate=0.3))
stream${t}Gas sensors${t}gas_sensor_drift${t}standard_scaler | softmax_regression(optimizer=sgd(learning_rate=0.1))
stream${t}Electricity${t}electricity${t}standard_scaler | logistic_regression(optimizer=sgd(learning_rate=0.5))
ask${t}random${t}random
ask${t}fixed_uncertainty${t}fixed_uncertainty
ask${t}variable_uncertainty${t}variable_uncertainty
ask${t}randomised_variable_uncertainty${t}randomised_variable_uncertainty
ask${t}split${t}split
ask${t}selective_sampling${t}selective_sampling
ask${t}margin${t}margin
ask${t}entropy${t}entropy
ask${t}query_by_committee${t}query_by_committee(learner={learner})
ask${t}density_weighted${t}density_weighted
ask${t}novelty${t}novelty
ask${t}information_gain${t}information_gain
ask${t}d_optimal${t}d_optimal(values=32)
ask${t}expected_model_change${t}expected_model_change
ask${t}cluster_based${t}cluster_based
ask${t}vessal${t}vessal(values=64)
ask${t}neuronal${t}neuronal
ask${t}imital${t}imital
ask${t}drift_boost(entropy)${t}drift_boost(strategy=entropy)
ask${t}anchored(entropy)${t}anchored(strategy=entropy)
ask${t}delay_aware(entropy)${t}delay_aware(strategy=entropy)
LINES
  echo "## Networks"
  echo
  echo "Accuracy on the 10,000 test digits after one pass over the first ${DIGITS:-20000} digits less a tenth, of which 2,000 labels are"
  echo "asked."
  echo
  run AskRun "$cells" "$seeds" "$(echo "${DIGITS:-20000}" | awk '{ printf "%.6f", 2000 / (0.9 * $1) }')" "${DIGITS:-20000}" $only <<LINES
stream${t}MNIST${t}mnist${t}mlp(hidden=[256], normalize=true)${t}mnist_test
ask${t}random${t}random
ask${t}margin${t}margin
ask${t}vessal${t}vessal(values=128)
ask${t}neuronal${t}neuronal
LINES
  echo "The rate of VeSSAL: labels asked of those the budget allows, over 100,000 events of a moving concept."
  echo
  run AskRun "$cells" 1 0.01,0.05,0.1,0.2 111200 $only <<LINES
stream${t}Hyperplane${t}hyperplane${t}softmax_regression
ask${t}random${t}random
ask${t}vessal${t}vessal(values=64)
LINES
  machine
} >"$result"
if [ "${1:-}" = - ]; then
  cat "$result"
else
  cp "$result" docs/results/labels.md
  echo "docs/results/labels.md"
fi
