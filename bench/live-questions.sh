#!/bin/sh
# A queue of questions worked over HTTP by three simulated annotators, one answer in ten wrong, while the service is killed (-9) and
# started again so many times; then the audit, the journal, the model and what the annotators were told are held to each other, and a
# line says what was found; ends with 1 where they do not agree. It is the test of the build, KillQuestionsTest, with more of both.
# live-questions.sh [KILLS [QUESTIONS]]    default 50 and 3000; some 5 s a kill
set -eu
cd "$(dirname "$0")/.."
mvn -q -B -Dspotless.check.skip=true -pl cli -am test -Dtest=KillQuestionsTest -Dsurefire.failIfNoSpecifiedTests=false \
  -Dfreshet.kills="${1:-50}" -Dfreshet.questions="${2:-3000}"
