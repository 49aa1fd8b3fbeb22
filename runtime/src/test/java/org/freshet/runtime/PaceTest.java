package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.junit.jupiter.api.Test;

class PaceTest {
  private final Log events = new Log();
  private final Log labels = new Log();
  private final Pace pace = new Pace();

  /** A feed that says what waits at its source. */
  private static final class Log implements Feed {
    volatile long lag;

    @Override
    public String name() {
      return "log";
    }

    @Override
    public Schema schema() {
      return Script.schema();
    }

    @Override
    public void start(Schema schema, Map<String, Long> from, Inbox inbox) {}

    @Override
    public boolean canSeek() {
      return true;
    }

    @Override
    public long lag() {
      return lag;
    }

    @Override
    public void close() {}
  }

  private static Records block(Feed feed, String partition, long written) {
    Records r = new Records(Script.schema(), 1);
    r.begin(Batch.Kind.EVENT, "" + written, written);
    r.end();
    return r.from(feed, partition, 0).written(written, written);
  }

  private void handed(Feed feed, String partition, long written, long now) {
    Records r = block(feed, partition, written);
    pace.offers(r);
    pace.offered(r, now);
  }

  private boolean waits(Feed feed, long written, long now) {
    Records r = block(feed, "0", written);
    pace.offers(r);
    return pace.ahead(r, now);
  }

  @Test
  void waitsForOlderRecordsOfAnother() {
    assertThat(waits(labels, 900, 0)).isFalse(); // alone
    handed(events, "0", 500, 0);
    assertThat(waits(labels, 900, 1)).isFalse(); // has read all there is
    events.lag = 10;
    assertThat(waits(labels, 900, 1)).isTrue();
    assertThat(waits(labels, 500, 1)).isFalse();
    handed(events, "0", 900, 2);
    assertThat(waits(labels, 900, 3)).isFalse();
  }

  @Test
  void aSilentOneHoldsNobodyUp() {
    handed(events, "0", 500, 0);
    events.lag = 10; // its broker is away, say
    assertThat(waits(labels, 900, Pace.SILENT - 1)).isTrue();
    assertThat(waits(labels, 900, Pace.SILENT)).isFalse();
  }

  @Test
  void ofTwoThatOfferTheOlderGoesFirst() {
    Records event = block(events, "0", 700);
    Records label = block(labels, "0", 900);
    pace.offers(event);
    pace.offers(label);
    assertThat(pace.ahead(label, Pace.SILENT * 5)).isTrue();
    assertThat(pace.ahead(event, Pace.SILENT * 5)).isFalse();
  }

  @Test
  void eachPartitionCounts() {
    events.lag = 10;
    handed(events, "0", 900, 0);
    handed(events, "1", 500, 0);
    assertThat(waits(labels, 800, 1)).isTrue();
    handed(events, "1", 850, 2);
    assertThat(waits(labels, 800, 3)).isFalse();
  }

  /** Each has a partition that is behind, which comes once a block of another has gone. */
  @Test
  void twoThatAreBehindDoNotWaitForEachOther() {
    for (Log feed : new Log[] {events, labels}) {
      feed.lag = 10;
      handed(feed, "0", 900, 0);
      handed(feed, "1", feed == events ? 500 : 600, 0);
    }
    Records event = block(events, "0", 2000);
    Records label = block(labels, "0", 1900);
    pace.offers(event);
    pace.offers(label);
    assertThat(pace.ahead(event, 1)).isFalse();
    assertThat(pace.ahead(label, 1)).isTrue();
  }

  /** A block of labels goes by its last, one of events by its first. */
  @Test
  void labelsComeBehindTheirEvents() {
    Records label = new Records(Script.schema(), 1);
    label.begin(Batch.Kind.LABEL, "a", 0);
    label.end();
    label.from(labels, "0", 0).written(500, 900);
    pace.offers(block(events, "0", 0).written(600, 1000));
    pace.offers(label);
    assertThat(pace.ahead(label, 1)).isTrue();
    Records event = block(events, "0", 0).written(600, 1000);
    assertThat(pace.ahead(event, 1)).isFalse();
    pace.offered(event, 1);
    assertThat(pace.ahead(label, 1)).isFalse();
  }

  @Test
  void recordsWithoutATimeOfALogGoOn() {
    events.lag = 10;
    handed(events, "0", 500, 0);
    Records r = block(labels, "0", 0);
    Records other = new Records(r.schema(), 1).from(labels, "0", 0);
    pace.offers(other);
    assertThat(pace.ahead(other, 1)).isFalse();
  }

  /** A backlog of labels that could be read at once comes in step with the events. */
  @Test
  void theIntakeKeepsTwoLogsTogether() throws Exception {
    Intake intake = new Intake(10_000, 4, () -> 0); // nobody is ever silent
    events.lag = 1;
    intake.put(block(events, "0", 0));
    CompletableFuture<Void> all = labels(intake, 1000);
    List<Records> taken = new ArrayList<>();
    long label = -1;
    for (int event = 2; event <= 1000; event += 2) {
      intake.put(block(events, "0", event));
      long end = System.nanoTime() + 60_000_000_000L;
      while (label < event - 1) {
        assertThat(System.nanoTime()).isLessThan(end);
        taken.clear();
        intake.take(taken, 100, 100, 100);
        for (Records r : taken) {
          label = r.feed() == labels ? r.writtenLast() : label;
          assertThat(r.writtenLast()).isLessThanOrEqualTo(event);
        }
      }
    }
    all.get();
  }

  private CompletableFuture<Void> labels(Intake intake, int to) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            for (int i = 1; i < to; i += 2) {
              intake.put(block(labels, "0", i));
            }
          } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
          }
        },
        r -> new Thread(r).start());
  }
}
