package org.freshet.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract passes a sound learner and finds each fault by the check that is there for it. */
class ContractSuiteTest {
  private static List<Check> checks(String fault, Path golden) {
    Spec spec = Spec.parse("faulty(fault=" + fault + ")");
    Subject subject = new Subject(Components.find("faulty").orElseThrow(), spec, Kind.CLASSIFIER);
    List<Check> all = new ArrayList<>();
    for (SampleStream s : SampleStreams.of(Kind.CLASSIFIER, subject.provider().traits())) {
      all.addAll(new CommonChecks(subject, s).all());
      all.addAll(new StateChecks(subject, s).all());
      all.addAll(new StateChecks(subject, s).refusals());
      all.addAll(new ClassifierChecks(subject, s).all());
      all.addAll(new MergeChecks(subject, s).all());
    }
    all.addAll(new GraphChecks(subject).all());
    SampleStream first = SampleStreams.of(Kind.CLASSIFIER, subject.provider().traits()).get(0);
    all.addAll(new GoldenChecks(subject, first, new GoldenFiles(golden)).all());
    return all;
  }

  private static List<String> failing(List<Check> checks) {
    List<String> names = new ArrayList<>();
    for (Check c : checks) {
      try {
        c.body().execute();
      } catch (Throwable failed) {
        names.add(c.name());
      }
    }
    return names.stream().distinct().toList();
  }

  @Test
  void aSoundLearnerLacksOnlyItsGoldenFile(@TempDir Path folder) {
    assertThat(failing(checks("sound", folder)))
        .containsExactly("golden files are restored to the same answers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "learns_in_predict; predict is pure",
        "keeps_view; no view is kept",
        "changes_input; input is untouched",
        "sum_not_one; scores are in 0..1 and sum to 1",
        "forgets_a_field; the bytes of a state depend on nothing else",
        "believes_state; a forged state is refused or harmless",
        "hides_randomness; another seed matters only when RANDOMIZED",
        "counts_wrong_memory; memoryBytes is within 20 % of a heap walk",
        "learns_weight_zero; weight 0 or less learns nothing",
        "grows_for_ever; memory has a bound when BOUNDED_MEMORY",
        "claims_merging; it is Mergeable exactly when MERGEABLE",
        "counts_twice; nothing learnt apart changes nothing",
        "counts_twice; a copy alone is as though never merged",
        "goes_a_share; parts add up to the whole where exact, in any order",
        "keeps_the_larger; parts add up to the whole where exact, in any order",
        "changes_what_it_adds; nothing learnt apart changes nothing"
      })
  void eachFaultIsFound(String fault, String check, @TempDir Path folder) {
    List<Check> some = checks(fault, folder).stream().filter(c -> c.name().equals(check)).toList();
    assertThat(some).isNotEmpty();
    assertThat(failing(some)).containsExactly(check);
  }

  @Test
  void aGoldenFileIsWrittenOnceAndThenHeldTo(@TempDir Path folder) throws Exception {
    System.setProperty("freshet.golden.write", "true");
    try {
      assertThat(failing(checks("sound", folder))).isEmpty();
    } finally {
      System.clearProperty("freshet.golden.write");
    }
    assertThat(failing(checks("sound", folder))).isEmpty();
    Path answers = folder.resolve("faulty-v1.txt");
    java.nio.file.Files.writeString(answers, "0.25\n" + java.nio.file.Files.readString(answers));
    assertThat(failing(checks("sound", folder))).hasSize(1);
  }

  @Test
  void heapWalkCountsWhatTheJvmLaysOut() {
    // Header 16 and 8 a value; an object of header 12 and a reference is 16.
    assertThat(HeapWalk.bytes(new double[10])).isEqualTo(96);
    assertThat(HeapWalk.bytes(new int[] {1})).isEqualTo(24);
    double[] shared = new double[10];
    assertThat(HeapWalk.bytes(new double[][] {shared, shared})).isEqualTo(24 + 96);
    assertThat(HeapWalk.bytes(new Trace())).isEqualTo(24 + 16 + 8 * 256);
  }
}
