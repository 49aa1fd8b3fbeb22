package org.freshet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Span;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pipeline file means, and each of its faults word for word. */
class PipelineFileTest {
  private static final String GOOD =
      """
      name: sea
      seed: 7
      source:   { sea: { concept: 2, noise: 5%, events: 2000 } }
      pipeline:
        - drifting
        - order_sensitive: { drift_every: 200 }
      labels:   { delay: 48 events }
      tests:
        - name: learns a clean concept
          source: { sea: { concept: 1, noise: 0.0, events: 2000 } }
          expect: { accuracy: ">= 0.80" }        # immediate, complete labels
      """;

  private static PipelineFile parse(String text, String... settings) {
    List<Setting> all = List.of(settings).stream().map(Setting::parse).toList();
    return PipelineFile.parse("f.yaml", text, Path.of("folder"), all);
  }

  private static String faults(String text, String... settings) {
    ConfigException e = catchThrowableOfType(ConfigException.class, () -> parse(text, settings));
    assertThat(e).as("no fault").isNotNull();
    return e.faults().stream().map(Object::toString).collect(Collectors.joining("\n"));
  }

  @Test
  void aFileIsReadWhole() {
    PipelineFile f = parse(GOOD);
    assertThat(f.name()).isEqualTo("sea");
    assertThat(f.seed()).isEqualTo(7);
    assertThat(f.source()).hasToString("sea(concept=2, noise=5%, events=2000)");
    assertThat(f.pipeline()).hasToString("drifting | order_sensitive(drift_every=200)");
    assertThat(f.labels()).isEqualTo(LabelPlan.afterEvents(48));
    assertThat(f.text()).isEqualTo(GOOD);
    PipelineTest test = f.tests().get(0);
    assertThat(test.name()).isEqualTo("learns a clean concept");
    assertThat(test.pipeline()).isEqualTo(f.pipeline());
    assertThat(test.labels()).isEqualTo(LabelPlan.IMMEDIATE);
    assertThat(test.seed()).isEqualTo(7);
    assertThat(test.expect()).hasSize(1);
    assertThat(test.expect().get(0).metric()).isEqualTo("accuracy");
    assertThat(test.expect().get(0).holds(0.8)).isTrue();
    assertThat(test.expect().get(0).holds(0.79)).isFalse();
  }

  @Test
  void aListOfComponentsMayHoldPipelines() {
    String list =
        "source: sea\npipeline: { voting: { learners: [ [ drifting, { order_sensitive: {} } ],"
            + " { hoeffding_tree: { grace_period: 50 } }, gaussian_nb ] } }\n";
    assertThat(parse(list).pipeline())
        .hasToString(
            "voting(learners=[drifting | order_sensitive, hoeffding_tree(grace_period=50),"
                + " gaussian_nb])");
    assertThat(faults(list.replace("gaussian_nb", "gausian_nb")))
        .isEqualTo("f.yaml:2:116: unknown component 'gausian_nb'; did you mean 'gaussian_nb'?");
  }

  @Test
  void nestedComponentsHaveThreeFormsWithOneMeaning() {
    String nested = "source: sea\npipeline: { drift_reset_like: { detector: %s, learner: %s } }\n";
    String a = String.format(nested, "{ adwin: { delta: 0.01 } }", "[ drifting, order_sensitive ]");
    String b = String.format(nested, "adwin(delta=0.01)", "drifting | order_sensitive");
    assertThat(parse(a).pipeline())
        .hasToString(
            "drift_reset_like(detector=adwin(delta=0.01), learner=drifting | order_sensitive)");
    assertThat(parse(b).pipeline()).hasToString(parse(a).pipeline().toString());
    assertThat(
            parse("source: sea\npipeline: drifting | order_sensitive(drift_every=3)\n").pipeline())
        .hasToString("drifting | order_sensitive(drift_every=3)");
  }

  @Test
  void anUnknownParameterIsAtItsKey() {
    assertThat(
            faults(
                """
                source: sea
                pipeline:
                  - hoeffding_tree: { grace_perod: 100 }
                """))
        .isEqualTo(
            "f.yaml:3:23: unknown parameter 'grace_perod' of hoeffding_tree; did you mean 'grace_period'?");
  }

  @Test
  void allFaultsAreReportedAtOnceInTheOrderOfTheFile() {
    assertThat(
            faults(
                """
                seed: soon
                sorce: sea
                source: { sea: { concept: 9, nois: 1 } }
                pipeline:
                  - standard_scalr
                  - order_sensitive: { drift_every: often }
                labels: { delay: tomorrow, budget: much }
                limits: { memry: 256MB }
                tests:
                  - name: t
                    expect: { accuracy: high }
                """))
        .isEqualTo(
            """
            f.yaml:1:7: 'seed' is 'soon', expected a whole number
            f.yaml:2:1: unknown field 'sorce'; did you mean 'source'?
            f.yaml:3:18: parameter 'concept' of sea is '9', expected a whole number in [1, 4]
            f.yaml:3:30: unknown parameter 'nois' of sea; did you mean 'noise'?
            f.yaml:5:5: unknown component 'standard_scalr'%s
            f.yaml:6:24: parameter 'drift_every' of order_sensitive is 'often', expected a whole number
            f.yaml:7:18: 'delay' of labels is 'tomorrow', expected a span such as 48 events or 7d, or label_time
            f.yaml:7:36: 'budget' of labels is 'much', expected a share such as 10%%, or { share: 10%%, window: 1000 events }, { count: 200, window: 1d } or { money: 50, window: 7d, price: 0.1 }
            f.yaml:8:11: unknown parameter 'memry' of limits; did you mean 'memory'?
            f.yaml:10:5: the test has no 'source'; say where the events come from
            f.yaml:11:25: 'accuracy' is expected to be 'high'; write a comparison such as ">= 0.80", "< 20%%" or "0.75 .. 0.85\""""
                .formatted(scalerHint()));
  }

  private static String scalerHint() {
    boolean there = org.freshet.core.component.Components.find("standard_scaler").isPresent();
    return there ? "; did you mean 'standard_scaler'?" : "; 'freshet list' shows what there is";
  }

  @Test
  void theShapeOfAStep() {
    assertThat(faults("source: sea\npipeline:\n  - a: {}\n    b: {}\n"))
        .isEqualTo(
            "f.yaml:3:5: a step has one key, the component's name, with its parameters below it; found a, b");
    assertThat(faults("source: sea\npipeline:\n  - order_sensitive: 5\n"))
        .isEqualTo("f.yaml:3:22: parameters of order_sensitive are written as name: value");
    assertThat(faults("source: sea\npipeline: []\n"))
        .isEqualTo("f.yaml:2:11: 'pipeline' has no steps; it is a list of components");
    assertThat(faults("source: sea\npipeline:\n"))
        .isEqualTo("f.yaml:2:10: 'pipeline' is empty, expected a component");
    assertThat(faults("source: [sea, sea]\npipeline: order_sensitive\n"))
        .isEqualTo("f.yaml:1:9: 'source' is a list, expected one component");
    assertThat(faults("source: sea\npipeline: [ order_sensitive, drifting ]\n"))
        .isEqualTo(
            """
            f.yaml:2:13: order_sensitive is a classifier, expected a transformer
            f.yaml:2:30: drifting is a transformer, expected a classifier or regressor or multi_label_classifier or multi_target_regressor""");
  }

  @Test
  void oneLineTextInsideAFileHasThePlacesOfTheFile() {
    assertThat(faults("source: sea\npipeline: drifting | order_sensitive(drift_evry=3)\n"))
        .isEqualTo(
            "f.yaml:2:49: unknown parameter 'drift_evry' of order_sensitive; did you mean 'drift_every'?");
    assertThat(faults("source: sea\npipeline: order_sensitive(drift_every 3)\n"))
        .isEqualTo(
            "f.yaml:2:39: expected '=' after 'drift_every'; parameters are given as name=value");
  }

  @Test
  void missingParts() {
    assertThat(faults("name: x\n"))
        .isEqualTo(
            """
            f.yaml:1:1: has no 'source'; say where the events come from
            f.yaml:1:1: has no 'pipeline'; give the components events go through""");
    assertThat(faults(""))
        .isEqualTo(
            "f.yaml: is empty; a pipeline file has the fields name, seed, source, pipeline, labels, protocol, sink, state, limits, place, watch, challengers, promote, serve, tests");
    assertThat(faults("# nothing\n"))
        .isEqualTo(
            "f.yaml: is empty; a pipeline file has the fields name, seed, source, pipeline, labels, protocol, sink, state, limits, place, watch, challengers, promote, serve, tests");
    assertThat(faults("- sea\n"))
        .isEqualTo(
            "f.yaml:1:1: expected fields such as 'source:' and 'pipeline:'; is this a pipeline file?");
  }

  @Test
  void whatIsNotYaml() {
    assertThat(faults("source:\n\tsea: {}\n"))
        .isEqualTo("f.yaml:2:1: not YAML: a tab cannot indent a line; use spaces");
    assertThat(faults("source: [1, 2\nb: 3\n"))
        .isEqualTo("f.yaml:2:2: not YAML: expected ',' or ']', but got :");
    assertThat(faults("source: 'x\n"))
        .isEqualTo("f.yaml:2:1: not YAML: found unexpected end of stream");
    assertThat(faults("a: b: c\n"))
        .isEqualTo("f.yaml:1:5: not YAML: mapping values are not allowed here");
    assertThat(faults("? [a]\n: b\n"))
        .isEqualTo("f.yaml:1:4: not YAML: a key must be a plain word");
    assertThat(faults("a: " + "[".repeat(100)))
        .isEqualTo("f.yaml: not YAML: is nested deeper than 64 levels");
  }

  @Test
  void twiceTheSameKeyAnchorsTagsAndSecondDocuments() {
    String good = "source: sea\npipeline: order_sensitive\n";
    assertThat(faults(good + "source: sea\n"))
        .isEqualTo("f.yaml:3:1: 'source' is given twice, first in line 1");
    assertThat(faults(good + "name: &n 3\nseed: *n\n"))
        .startsWith("f.yaml:4:7: aliases (*name) are not taken; write the value out");
    assertThat(faults(good + "name: !!java.net.URL x\n"))
        .isEqualTo("f.yaml:3:7: tags (!…) are not taken; write the plain value");
    assertThat(faults(good + "---\nname: x\n"))
        .isEqualTo("f.yaml:4:1: a second document begins; a file holds one");
  }

  @Test
  void settingsAreCheckedLikeTheFile() {
    PipelineFile f =
        parse(
            GOOD,
            "labels.delay=7d",
            "pipeline.order_sensitive.drift_every=9",
            "pipeline.0.drifting={}",
            "source.sea.concept=3",
            "seed=8");
    assertThat(f.labels().delay()).isEqualTo(Span.millis(7 * 86_400_000L));
    assertThat(f.pipeline()).hasToString("drifting | order_sensitive(drift_every=9)");
    assertThat(f.source()).hasToString("sea(concept=3, noise=5%, events=2000)");
    assertThat(f.seed()).isEqualTo(8);
    assertThat(
            faults(
                GOOD, "labels.dela=3", "pipeline.nb.x=1", "name.first=x", "source.sea.concept=7"))
        .isEqualTo(
            """
            --set pipeline.nb.x: there is no 'nb' in the list 'pipeline'; give a component in it, or a number from 0 to 1
            --set name.first: there are no fields below 'name'
            --set source.sea.concept: parameter 'concept' of sea is '7', expected a whole number in [1, 4]
            --set labels.dela: unknown field 'dela' of labels; did you mean 'delay'?""");
    assertThat(faults(GOOD, "seed=[1")).startsWith("--set seed: not YAML: ");
    assertThatThrownBy(() -> Setting.parse("labels.delay"))
        .hasMessage("--set: 'labels.delay' is not PATH=VALUE, such as labels.delay=48");
  }

  @Test
  void flagsAloneMakeAPipeline() {
    PipelineFile f =
        PipelineFile.of(
            List.of(
                new Setting("source", "sea(events=100)", "--source"),
                new Setting("pipeline", "drifting | order_sensitive", "--model"),
                new Setting("labels.delay", "12", "--delay")));
    assertThat(f.pipeline()).hasToString("drifting | order_sensitive");
    assertThat(f.labels()).isEqualTo(LabelPlan.afterEvents(12));
    ConfigException e =
        catchThrowableOfType(
            ConfigException.class,
            () ->
                PipelineFile.of(
                    List.of(
                        new Setting("source", "sea", "--source"),
                        new Setting("pipeline", "order_sensitive(drift_evry=1)", "--model"))));
    assertThat(e)
        .hasMessage(
            "--model:28: unknown parameter 'drift_evry' of order_sensitive; did you mean 'drift_every'?");
  }

  @Test
  void labelsByTheirOwnTimeAndTheBound() {
    String good = "source: sea\npipeline: order_sensitive\n";
    assertThat(parse(good + "labels: { delay: label_time }\n").labels().byLabelTime()).isTrue();
    assertThat(parse(good + "labels: { pending: 500, delay: 30s }\n").labels())
        .isEqualTo(new LabelPlan(Span.millis(30_000), false, 500));
    assertThat(faults(good + "labels: { pending: 10, delay: 10 }\n"))
        .isEqualTo(
            "f.yaml:3:31: 'delay' of labels is 10 events, but only 10 events may wait for a label; raise"
                + " labels.pending");
    assertThat(faults(good + "labels: { pending: 0 }\n"))
        .isEqualTo(
            "f.yaml:3:20: 'pending' of labels is '0', expected a whole number in [1, 100000000]");
    assertThat(faults(good + "labels: 48\n"))
        .isEqualTo("f.yaml:3:9: 'labels' is '48', expected fields such as delay");
  }

  @Test
  void labelsThatDoNotComeOrComeAgain() {
    String good = "source: sea\npipeline: order_sensitive\n";
    LabelPlan learnt =
        parse(
                good
                    + "labels: { timeout: 7d, on_timeout: negative, negative: ok, corrections: relearn }\n")
            .labels();
    assertThat(learnt)
        .isEqualTo(
            LabelPlan.IMMEDIATE
                .withCorrections(LabelPlan.Corrections.RELEARN)
                .withTimeout(Span.millis(7 * 86_400_000L), "ok"));
    LabelPlan last =
        parse(good + "labels: { delay: 1h, timeout: 2h, on_timeout: last_known }\n").labels();
    assertThat(last.onTimeout()).isEqualTo(LabelPlan.OnTimeout.LAST_KNOWN);
    assertThat(last.delay()).isEqualTo(Span.millis(3_600_000));
    assertThat(parse(good + "labels: { timeout: 90s }\n").labels().onTimeout())
        .isEqualTo(LabelPlan.OnTimeout.DROP);

    assertThat(faults(good + "labels: { timeout: 5, on_timeout: wait, corrections: 3 }\n"))
        .isEqualTo(
            """
            f.yaml:3:20: 'timeout' of labels is '5', expected a length of event time such as 12h or 7d
            f.yaml:3:35: 'on_timeout' of labels is 'wait', expected drop or negative or last_known
            f.yaml:3:54: 'corrections' of labels is '3', expected ignore or relearn""");
    assertThat(faults(good + "labels: { on_timeout: last_known }\n"))
        .isEqualTo(
            "f.yaml:3:23: 'on_timeout' of labels needs 'timeout', the time an event waits for its label");
    assertThat(faults(good + "labels: { timeout: 1d, on_timeout: negative }\n"))
        .isEqualTo(
            "f.yaml:3:1: 'negative' of labels is missing; on_timeout: negative needs the class that is"
                + " learnt");
    assertThat(faults(good + "labels: { timeout: 1d, negative: ok }\n"))
        .isEqualTo(
            "f.yaml:3:34: 'negative' of labels is 'ok', which belongs to on_timeout: negative");
  }

  @Test
  void whatATestMayExpect() {
    assertThat(Expectation.parse("< 20%"))
        .hasValueSatisfying(
            r -> {
              assertThat(r.contains(0.2)).isFalse();
              assertThat(r.contains(0.19)).isTrue();
            });
    assertThat(Expectation.parse("0.75 .. 0.85"))
        .hasValueSatisfying(
            r -> {
              assertThat(r.contains(0.75)).isTrue();
              assertThat(r.contains(0.85)).isTrue();
              assertThat(r.contains(0.86)).isFalse();
            });
    assertThat(Expectation.parse("> -1e3"))
        .hasValueSatisfying(r -> assertThat(r.contains(-1000)).isFalse());
    assertThat(Expectation.parse("3")).hasValueSatisfying(r -> assertThat(r.contains(3)).isTrue());
    assertThat(Expectation.parse("0.9 .. 0.8")).isEmpty();
    assertThat(Expectation.parse(">= much")).isEmpty();
    assertThat(
            new Expectation("m", Expectation.parse("> 0").orElseThrow(), "", null)
                .holds(Double.NaN))
        .isFalse();
  }

  @Test
  void filesThatAreNone(@TempDir Path folder) throws Exception {
    Path missing = folder.resolve("no.yaml");
    assertThatThrownBy(() -> PipelineFile.read(missing))
        .hasMessage(missing + ": there is no such file");
    assertThatThrownBy(() -> PipelineFile.read(folder))
        .hasMessage(folder + ": is a folder, expected a pipeline file");
    Path binary = Files.write(folder.resolve("b.yaml"), new byte[] {(byte) 0xff, 1, 2});
    assertThatThrownBy(() -> PipelineFile.read(binary))
        .hasMessage(binary + ": is not UTF-8 text; is it data?");
    Path control =
        Files.write(folder.resolve("c.yaml"), "a\u0000b".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> PipelineFile.read(control))
        .hasMessage(control + ":1:1: not YAML: special characters are not allowed");
    Path large = Files.write(folder.resolve("l.yaml"), new byte[(1 << 20) + 1]);
    assertThatThrownBy(() -> PipelineFile.read(large))
        .hasMessage(
            large + ": has 1048577 bytes, a pipeline file has at most 1048576; is it data?");
    Path good = Files.writeString(folder.resolve("market.yaml"), GOOD.replace("name: sea\n", ""));
    assertThat(PipelineFile.read(good).name()).isEqualTo("market");
  }
}
