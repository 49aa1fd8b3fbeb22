#!/bin/sh
# Makes the weights that the strategy imital comes with anew, bit for bit; a few seconds.
#
#   bench/imital.sh              writes them where they lie in the repository
#   bench/imital.sh FILE         writes them to a file
set -eu
file=${1:-learn/src/main/resources/org/freshet/learn/ask/imital.txt}
. "$(dirname "$0")/setup.sh"
run ImitalWeights "$file"
