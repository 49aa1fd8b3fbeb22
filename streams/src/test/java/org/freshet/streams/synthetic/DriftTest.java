package org.freshet.streams.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Dictionary;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.junit.jupiter.api.Test;

class DriftTest {
  /**
   * A stream whose only value and label tell where an event is from: value = offset + its number.
   */
  private static final class Counter implements Source {
    private final Schema schema;
    private final double offset;
    private final double label;
    private long n;

    Counter(Schema schema, double offset, double label) {
      this.schema = schema;
      this.offset = offset;
      this.label = label;
    }

    static Counter of(double offset, double label) {
      return new Counter(
          Schema.classification(List.of(Column.numeric("x")), "y", "a", "b"), offset, label);
    }

    @Override
    public String name() {
      return "counter";
    }

    @Override
    public Schema schema() {
      return schema;
    }

    @Override
    public int read(Batch batch, int max) {
      batch.clear();
      for (int r = 0; r < max; r++) {
        batch.beginRow();
        batch.set(0, offset + n);
        batch.setLabel(label < 0 ? n % 2 : label);
        batch.setTime(1000 + n++);
        batch.endRow();
      }
      return max;
    }

    @Override
    public Position position() {
      return new Position(n, 0);
    }

    @Override
    public void seek(Position position) {
      n = position.record();
    }

    @Override
    public void close() {}
  }

  private static Drift.Parameters parameters(Drift.Shape shape, long width, double... positions) {
    return new Drift.Parameters(
        null,
        null,
        null,
        positions.length == 0 ? null : Arrays.stream(positions).boxed().toList(),
        shape,
        org.freshet.core.component.Span.events(width),
        null,
        null,
        1);
  }

  private static Batch read(Source s, int n) {
    Batch b = new Batch(s.schema(), n);
    assertThat(s.read(b, n)).isEqualTo(n);
    return b;
  }

  @Test
  void abruptSwitchesAtThePositionAndEachStreamStartsAtItsBeginning() {
    Drift d =
        new Drift(
            parameters(Drift.Shape.ABRUPT, 1, 5, 8),
            List.of(Counter.of(0, 0), Counter.of(100, 1), Counter.of(200, 0)),
            Build.of(null));
    Batch b = read(d, 11);
    double[] x = new double[11];
    for (int r = 0; r < 11; r++) {
      x[r] = b.row(r).get(0);
    }
    assertThat(x).containsExactly(0, 1, 2, 3, 4, 100, 101, 102, 200, 201, 202);
    assertThat(b.label(4)).isZero();
    assertThat(b.label(5)).isEqualTo(1);
    assertThat(b.time(6)).isEqualTo(1001);
    assertThat(d.driftPositions()).containsExactly(5, 8);
  }

  @Test
  void gradualFollowsTheSigmoid() {
    // the share of the second stream at distance t - p, over 400 runs
    int[] at = {60, 75, 100, 125, 140};
    int[] later = new int[at.length];
    int runs = 2000;
    for (int run = 0; run < runs; run++) {
      Drift d =
          new Drift(
              new Drift.Parameters(
                  null,
                  null,
                  null,
                  List.of(100.0),
                  Drift.Shape.GRADUAL,
                  org.freshet.core.component.Span.events(100),
                  null,
                  null,
                  run),
              List.of(Counter.of(0, 0), Counter.of(1000, 1)),
              Build.of(null));
      Batch b = read(d, 141);
      for (int i = 0; i < at.length; i++) {
        later[i] += (int) b.label(at[i]);
      }
    }
    for (int i = 0; i < at.length; i++) {
      double p = 1 / (1 + Math.exp(-4 * (at[i] - 100) / 100.0));
      assertThat((double) later[i] / runs).isCloseTo(p, within(5 * Math.sqrt(p * (1 - p) / runs)));
    }
  }

  @Test
  void gradualTakesTheEventsOfEachStreamInOrderAndLosesNone() {
    Drift d =
        new Drift(
            parameters(Drift.Shape.GRADUAL, 100, 100),
            List.of(Counter.of(0, 0), Counter.of(1000, 1)),
            Build.of(null));
    Batch b = read(d, 300);
    double first = 0;
    double second = 1000;
    for (int r = 0; r < 300; r++) {
      assertThat(b.row(r).get(0)).isEqualTo(b.label(r) == 0 ? first++ : second++);
    }
    assertThat(first).isBetween(60.0, 140.0);
  }

  @Test
  void incrementalMixesEventsOfTheSameClass() {
    // each stream alternates classes; width 10 round 20: shares 0.0, 0.1 … 0.9 at events 15 … 24
    Drift d =
        new Drift(
            parameters(Drift.Shape.INCREMENTAL, 10, 20),
            List.of(Counter.of(0, -1), Counter.of(1000, -1)),
            Build.of(null));
    Batch b = read(d, 30);
    for (int r = 0; r < 15; r++) {
      assertThat(b.row(r).get(0)).isEqualTo(r);
    }
    double partner = 1000;
    for (int r = 15; r < 25; r++) {
      double share = (r - 15) / 10.0;
      if (share > 0) {
        // the next event of the second stream whose number has the parity of the class
        partner += (partner % 2 == r % 2) ? 0 : 1;
      }
      double expected = share == 0 ? r : (1 - share) * r + share * partner;
      assertThat(b.row(r).get(0)).isCloseTo(expected, within(1e-9));
      assertThat(b.label(r)).isEqualTo(r % 2);
      partner += share > 0 ? 1 : 0;
    }
    assertThat(b.row(25).get(0)).isEqualTo(partner);
  }

  @Test
  void recurringTakesTurnsAndGoesOnWhereItStopped() {
    Drift d =
        new Drift(
            new Drift.Parameters(
                null,
                null,
                null,
                null,
                Drift.Shape.RECURRING,
                org.freshet.core.component.Span.events(1),
                org.freshet.core.component.Span.events(3),
                org.freshet.core.component.Span.events(10),
                1),
            List.of(Counter.of(0, 0), Counter.of(100, 1)),
            Build.of(null));
    Batch b = read(d, 10);
    double[] x = new double[10];
    for (int r = 0; r < 10; r++) {
      x[r] = b.row(r).get(0);
    }
    assertThat(x).containsExactly(0, 1, 2, 100, 101, 102, 3, 4, 5, 103);
    assertThat(d.driftPositions()).containsExactly(3, 6, 9);
    assertThat(d.read(new Batch(d.schema(), 4), 4)).isZero();
  }

  @Test
  void nestedDriftsNameAllTheirPositions() {
    Source d =
        GeneratorContractTest.source(
            "drift(before=drift(before=sea, after=sea(concept=2), positions=100),"
                + " after=drift(before=sea(concept=3), after=sea(concept=4), positions=50), positions=300)",
            1);
    assertThat(d.driftPositions()).containsExactly(100, 300, 350);
    assertThat(d.name()).isEqualTo("drift of drift of sea, sea, drift of sea, sea");
    Batch b = read(d, 400);
    assertThat(b.size()).isEqualTo(400);
    // a drift inside the first stream that lies behind its end never comes
    d =
        GeneratorContractTest.source(
            "drift(before=drift(before=sea, after=sea(concept=2), positions=100), after=sea, positions=80)",
            1);
    assertThat(d.driftPositions()).containsExactly(80);
  }

  @Test
  void classesAreMatchedByName() {
    Schema ab = Schema.classification(List.of(Column.numeric("x")), "y", "a", "b");
    Schema cba =
        Schema.classification(
            List.of(Column.numeric("x")), "y", new Dictionary(List.of("c", "b", "a")));
    Drift d =
        new Drift(
            parameters(Drift.Shape.ABRUPT, 1, 1),
            List.of(new Counter(ab, 0, 1), new Counter(cba, 0, 0)),
            Build.of(null));
    Batch b = read(d, 2);
    assertThat(d.schema().labels().name(b.labelCode(0))).isEqualTo("b");
    assertThat(d.schema().labels().name(b.labelCode(1))).isEqualTo("c");
  }

  @Test
  void otherColumnsAreRefusedByName() {
    assertThatThrownBy(
            () -> GeneratorContractTest.source("drift(before=sea, after=sine, positions=5)", 1))
        .isInstanceOf(SchemaException.class)
        .hasMessage("stream 2 (sine) of drift has 2 columns, expected 3 as in stream 1 (sea)");
    assertThatThrownBy(
            () -> GeneratorContractTest.source("drift(before=sea, after=stagger, positions=5)", 1))
        .hasMessage(
            "stream 2 (stagger) of drift has column 1 'size' (category), expected 'x1' (numeric)"
                + " as in stream 1 (sea)");
    assertThatThrownBy(
            () ->
                GeneratorContractTest.source(
                    "drift(before=waveform, after=friedman(attributes=21), positions=5)", 1))
        .hasMessage(
            "stream 2 (friedman) of drift has the label kind NUMBER, expected CLASS"
                + " as in stream 1 (waveform)");
  }

  @Test
  void wrongParametersAreRefusedInOneLine() {
    assertWrong(
        "drift(before=sea, positions=5)", "drift needs either 'before' and 'after', or 'streams'");
    assertWrong("drift(before=sea, after=sea)", "drift of 2 streams needs 1 'positions', found 0");
    assertWrong(
        "drift(streams=[sea, sea, sea], positions=[50, 40])",
        "'positions' of drift are [50.0, 40.0], expected whole numbers above 0 that rise");
    assertWrong(
        "drift(before=sea, after=sea, kind=recurring)",
        "drift of kind recurring needs the parameter 'period'");
    assertWrong(
        "drift(before=sea, after=sea, positions=5, period=3)",
        "parameter 'period' of drift is for 'kind: recurring', found 'kind: abrupt'");
    assertWrong(
        "drift(before=sea, after=sea, positions=50, kind=incremental, width=200)",
        "'positions' of an incremental drift are [50]: the change round 50 begins before event 0");
    assertWrong(
        "drift(before=sea, after=sea, positions=5, width=0)",
        "parameter 'width' of drift is '0 events'");
    assertThatThrownBy(
            () ->
                GeneratorContractTest.source(
                    "drift(before=friedman, after=friedman, positions=5000, kind=incremental)", 1))
        .isInstanceOf(SchemaException.class)
        .hasMessage(
            "incremental drift mixes dense rows of the same class, found a numeric label;"
                + " use 'kind: gradual'");
  }

  private static void assertWrong(String spec, String message) {
    assertThatThrownBy(() -> GeneratorContractTest.source(spec, 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(message);
  }
}
