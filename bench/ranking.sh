#!/bin/sh
# Our learners and MOA's by their mean rank over all classification streams of the larger collection (section A of its notes) and
# streams of the generators, accuracy test-then-train on the same events; slow streams by their first 50,000. Cells run beside each
# other on all cores and are kept in bench/target/ranking-*.tsv: a run that was stopped goes on, and only what is new is run.
#
#   bench/ranking.sh             the table; writes docs/results/ranking.md, an hour or more on two cores (needs FRESHET_DATA)
#   bench/ranking.sh choose      candidates of ours on drift streams that are not in the table, to choose what enters it
#   SEEDS=1,2,3 bench/ranking.sh seeds of the learners and of the generators; default 1
set -eu
. "$(dirname "$0")/setup.sh"
mkdir -p bench/target

# Candidates of ours, on generated streams with other concepts, speeds, and seeds than those of the table.
choose() {
  cat <<'PLAN' | run RankRun bench/target/ranking-choose.tsv "${SEEDS:-101,102}"
stream sea 20000 drift(streams=[sea(concept=2, noise=10%), sea(concept=4, noise=10%), sea(concept=1, noise=10%)], positions=[7000, 14000])
stream sine 20000 drift(streams=[sine(concept=3), sine(concept=4), sine(concept=3)], positions=[7000, 14000])
stream mixed_gradual 20000 drift(streams=[mixed(noise=5%), mixed(concept=2, noise=5%), mixed(noise=5%)], positions=[7000, 14000], kind=gradual, width=1000 events)
stream stagger 20000 drift(streams=[stagger(noise=5%), stagger(concept=2, noise=5%), stagger(concept=3, noise=5%)], positions=[7000, 14000])
stream agrawal_2_5_9 20000 drift(streams=[agrawal(concept=2), agrawal(concept=5), agrawal(concept=9)], positions=[7000, 14000])
stream rbf_fast 20000 random_rbf(attributes=10, classes=4, centroids=30, drifting=30, speed=0.001)
stream rbf_still 20000 random_rbf(attributes=10, classes=4, centroids=30)
stream led_gradual 20000 drift(streams=[led, led(drift=2), led(drift=6)], positions=[7000, 14000], kind=gradual, width=2000 events)
stream waveform 20000 drift(streams=[waveform(irrelevant=19), waveform(irrelevant=19, drift=8)], positions=[10000])
stream random_tree 20000 drift(streams=[random_tree(classes=4), random_tree(classes=4, model_seed=77)], positions=[10000])
stream hyperplane 20000 hyperplane(attributes=8, drifting=4, magnitude=0.005)
ours ARF-10 adaptive_random_forest
ours ARF-30 adaptive_random_forest(members=30)
ours ARF-100 adaptive_random_forest(members=100)
ours SRP-10 streaming_random_patches
ours SRP-30 streaming_random_patches(members=30)
ours SRP-100 streaming_random_patches(members=100)
ours LB-30 leveraging_bagging(members=30)
ours LB-30-fast leveraging_bagging(members=30, learner=hoeffding_tree(grace_period=50, split_confidence=0.01))
ours boost-30 oza_boost(members=30)
ours BOLE-30 bole(members=30, learner=drift_reset(learner=hoeffding_tree, detector=ddm(grace_period=7, warning_level=1.2, drift_level=1.95)))
ours SGBT streaming_gradient_boosted_trees
ours AMF aggregated_mondrian_forest
ours DEMS dynamic_member_selection
ours OAUE-30 online_accuracy_updated_ensemble(members=30)
PLAN
}

# The table: ensembles of ours, each with as many members as MOA's. Whoever changes the list chooses by the command above.
table() {
  cat <<'PLAN' | run RankRun bench/target/ranking-table.tsv "${SEEDS:-1}"
stream electricity 45312 electricity
stream airlines_delayed_labels 7541 airlines_delayed_labels
stream kddcup99 50000 kddcup99
stream gmsc 50000 gmsc
stream phishing_uci 11055 phishing_uci
stream phishing_small 1250 phishing_small
stream gas_sensor_drift 6697 gas_sensor_drift
stream outdoor 4000 outdoor
stream luxembourg 1901 luxembourg
stream spam_corpus 6213 spam_corpus
stream keystroke 1600 keystroke
stream ozone 2534 ozone
stream occupancy 20560 occupancy
stream adult 48842 adult
stream covertype_15k 15120 covertype_15k
stream rbf_moving 20000 random_rbf(attributes=20, classes=5, centroids=50, drifting=50, speed=0.0001)
stream agrawal_abrupt 20000 drift(streams=[agrawal(concept=1), agrawal(concept=3), agrawal(concept=4), agrawal(concept=7)], positions=[5000, 10000, 15000])
stream agrawal_gradual 20000 drift(streams=[agrawal(concept=1), agrawal(concept=3), agrawal(concept=4), agrawal(concept=7)], positions=[5000, 10000, 15000], kind=gradual, width=2000 events)
stream led_abrupt 20000 drift(streams=[led, led(drift=1), led(drift=3), led(drift=5)], positions=[5000, 10000, 15000])
stream sea_abrupt 20000 drift(streams=[sea(concept=1), sea(concept=2), sea(concept=3), sea(concept=4)], positions=[5000, 10000, 15000])
stream sine_recurring 20000 drift(streams=[sine(concept=1), sine(concept=2)], kind=recurring, period=4000 events)
stream hyperplane 20000 hyperplane(attributes=10, drifting=5, magnitude=0.001)
stream random_tree 20000 drift(streams=[random_tree, random_tree(model_seed=7)], positions=[10000])
ours ARF-30 adaptive_random_forest(members=30)
ours SRP-30 streaming_random_patches(members=30)
ours LB-30 leveraging_bagging(members=30)
ours BOLE-30 bole(members=30, learner=drift_reset(learner=hoeffding_tree, detector=ddm(grace_period=7, warning_level=1.2, drift_level=1.95)))
moa MOA-ARF-30 meta.AdaptiveRandomForest -s 30
moa MOA-SRP-30 meta.StreamingRandomPatches -s 30
moa MOA-LB-30 meta.LeveragingBag -s 30
moa MOA-BOLE-30 meta.BOLE -s 30
PLAN
}

# What River publishes and the data allow: its benchmark of 2023, ten members, defaults.
river() {
  echo "| stream | learner | ours | River, published |"
  echo "|---|---|---|---|"
  for row in "elec2_raw:adaptive_random_forest:87.66" "elec2_raw:streaming_random_patches:86.89" \
    "elec2_raw:leveraging_bagging:89.27" "elec2_raw:adwin_bagging:82.38" "elec2_raw:oza_boost:88.06" \
    "elec2_raw:hoeffding_adaptive_tree:82.13" "elec2_raw:aggregated_mondrian_forest:84.99" \
    "phishing_small:adaptive_random_forest:90.79" "phishing_small:streaming_random_patches:91.35" \
    "phishing_small:leveraging_bagging:89.43" "phishing_small:adwin_bagging:89.35" "phishing_small:oza_boost:87.83" \
    "phishing_small:hoeffding_adaptive_tree:87.43" "phishing_small:aggregated_mondrian_forest:90.47"; do
    stream=${row%%:*}
    value=${row##*:}
    learner=${row#*:}
    learner=${learner%:*}
    run PeerRun "$stream" 45312 "$learner" - 0 1 5 2>/dev/null </dev/null |
      awk -F'\t' -v s="$stream" -v l="$learner" -v v="$value" '{ printf "| %s | %s | %.2f | %s |\n", s, l, 100 * $11, v }'
  done
}

if [ "${1:-}" = choose ]; then
  choose
  exit
fi
has electricity
mkdir -p docs/results
result=$(mktemp)
trap 'rm -f "$result"' EXIT
{
  echo "# Classifiers on all streams, by mean rank"
  echo
  echo "Written by \`bench/ranking.sh\`: accuracy in %, each event predicted before it was learnt, the same events for both sides, seed"
  echo "${SEEDS:-1}; ranks over all columns, 1 is best. Candidates are compared on other generated streams (\`bench/ranking.sh"
  echo "choose\`), not on these."
  echo
  table
  echo
  echo "## Beside River's published figures"
  echo
  echo "River's benchmark of October 2023 (accuracy %, all rows, its defaults) beside ours with our defaults, mean of five seeds."
  echo
  river
} >"$result"
mv "$result" docs/results/ranking.md
chmod 644 docs/results/ranking.md
cat docs/results/ranking.md
