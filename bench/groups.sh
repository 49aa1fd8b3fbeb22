#!/bin/sh
# Sleeping experts over groups by sex, race and age on Adult, beside the same learner alone: squared error over all and in every
# group. Needs the folder of the larger datasets in FRESHET_DATA. About ten seconds a learner.
set -eu
. "$(dirname "$0")/setup.sh"
has adult
run GroupsRun "${1:-standard_scaler | one_hot | linear_regression(optimizer=sgd(learning_rate=0.003))}"
