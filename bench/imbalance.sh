#!/bin/sh
# What training on the sample of PVQ gives on NSL-KDD, beside as many examples drawn at random and beside all of them: accuracy and
# macro F1 on the test part, means of five seeds. Needs the folder of the larger datasets in FRESHET_DATA. About 20 seconds.
set -eu
. "$(dirname "$0")/setup.sh"
has nsl_kdd
run PvqRun "${1:-50}" 5 gaussian_nb hoeffding_tree "aggregated_mondrian_forest(members=5)" adaptive_random_forest
