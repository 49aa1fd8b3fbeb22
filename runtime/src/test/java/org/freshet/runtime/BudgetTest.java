package org.freshet.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Schema;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Records;
import org.freshet.core.live.Sink;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets of time and memory, from the feed to the sink. */
@Timeout(240)
class BudgetTest {
  @TempDir Path folder;
  private final HandFeed hand = new HandFeed();
  private final Random random = new Random(3);

  /** Each answer with who gave it, and the bits of its scores. */
  private static final class Lines implements Sink {
    final List<String> lines = Collections.synchronizedList(new ArrayList<>());

    @Override
    public String name() {
      return "lines";
    }

    @Override
    public long open(String pipeline, Schema schema) {
      return lines.size();
    }

    @Override
    public void write(AnswerBlock b) {
      for (int i = 0; i < b.size(); i++) {
        lines.add(b.model() + " " + LineSink.line(b, i));
      }
    }

    @Override
    public void close() {}
  }

  /** Events with their labels, learnt at once. */
  private void labelled(int n) throws InterruptedException {
    Records r = new Records(Script.schema(), n);
    for (int i = 0; i < n; i++) {
      double a = random.nextDouble();
      double b = random.nextDouble();
      r.begin(Batch.Kind.EVENT, "e" + hand.next++, Script.START);
      r.set(0, a);
      r.set(1, b);
      r.label(a + b > 1 ? "yes" : "no");
      r.end();
    }
    hand.inbox.put(r.from(hand, "", hand.next));
  }

  private PipelineFile file(String text) {
    return PipelineFile.parse("budget.yaml", text, folder, List.of());
  }

  @Test
  void aSlowModelGivesWayToTheFallbackAndComesBackAndReplayDoesTheSame() throws Exception {
    PipelineFile file =
        file(
            """
            name: slow
            source: { sea: {} }
            pipeline: { adaptive_random_forest: { members: 150 } }
            limits: { latency: 20ms, fallback: gaussian_nb }
            state: { directory: s, every: 1h, keep_journal: true }
            """);
    Lines sink = new Lines();
    List<String> switches = Collections.synchronizedList(new ArrayList<>());
    LiveListener listener =
        new LiveListener() {
          @Override
          public void happened(Happening kind, String text) {
            if (kind == Happening.BUDGET) {
              switches.add(text);
            }
          }
        };
    Live live = new Live(file, List.of(hand), 1, "test", listener);
    live.start(List.of(sink));
    long sent = 0;
    while (switches.size() < 2) {
      labelled(64);
      sent += 64;
      long until = sent - 128;
      Waiting.until(() -> sink.lines.size() >= until || switches.size() >= 2);
    }
    labelled(64);
    sent += 64;
    live.close();
    live.ended().get();
    assertThat(switches.get(0)).startsWith("fallback answers from event").endsWith("time is short");
    assertThat(switches.get(1)).startsWith("main-1 answers from event").endsWith("time is enough");
    assertThat(sink.lines).hasSize((int) sent);
    assertThat(sink.lines.stream().map(l -> l.split(" ")[0]).distinct())
        .containsExactly("main-1", "fallback");
    assertThat(sink.lines.get(sink.lines.size() - 1)).startsWith("main-1 ");

    List<String> commands = new ArrayList<>();
    assertThat(replayed(file, commands)).isEqualTo(sink.lines);
    assertThat(commands.subList(0, 2)).containsExactly("fallback on", "fallback off");
  }

  private List<String> replayed(PipelineFile file, List<String> commands) {
    Lines again = new Lines();
    try (JournalReader reader = new JournalReader(folder.resolve("s/journal"), null, 0);
        Replica replica = new Replica(file, reader.schema(), 1)) {
      Batch rows = new Batch(reader.schema(), Follower.MOST);
      Outcomes out = new Outcomes();
      for (Entry e = reader.next(rows); e != null; e = reader.next(rows)) {
        long first = replica.answers();
        replica.apply(e, rows, out);
        if (e.command() != null && e.command().startsWith("fallback")) {
          commands.add(e.command());
        }
        Answering.blocks(rows, out, replica, first).forEach(again::write);
      }
    }
    return again.lines;
  }

  @Test
  void memoryStaysWithinItsLimitWhateverComes() throws Exception {
    int limit = 6 << 20;
    PipelineFile file =
        file(
            """
            name: small
            source: { sea: {} }
            pipeline: { adaptive_random_forest: { members: 10, grace_period: 10 } }
            limits: { memory: 6MB }
            state: { directory: s, every: 1h }
            """);
    AtomicLong most = new AtomicLong();
    AtomicBoolean spilled = new AtomicBoolean();
    LiveListener listener =
        new LiveListener() {
          @Override
          public void applied(Replica replica, Batch rows, Outcomes out, long now) {
            most.accumulateAndGet(replica.memoryBytes(), Math::max);
            spilled.compareAndSet(false, replica.engine().spilled() > 0);
          }
        };
    ListSink sink = new ListSink();
    Live live = new Live(file, List.of(hand), 1, "test", listener);
    live.start(List.of(sink));
    for (int i = 0; i < 150; i++) {
      labelled(50); // trees grow
      hand.events(50, Script.START); // and these wait for ever
    }
    Waiting.until(() -> sink.size() == 15_000);
    assertThat(most.get()).isLessThanOrEqualTo(limit);
    assertThat(Waiting.ask(live, r -> r.engine().modelBytes())).isGreaterThan(1 << 20);
    assertThat(spilled).isTrue();
    live.close();
    live.ended().get();
  }

  /** Events of ever more keys, with their labels. */
  private void keyed(int n) throws InterruptedException {
    Records r = new Records(Script.schema(), n);
    for (int i = 0; i < n; i++) {
      double a = random.nextDouble();
      r.begin(Batch.Kind.EVENT, "e" + hand.next, Script.START + 1000 * hand.next);
      r.key("k" + random.nextInt((int) (1 + hand.next / 2)));
      r.set(0, a);
      r.set(1, random.nextDouble());
      r.label(a > 0.5 ? "yes" : "no");
      r.end();
      hand.next++;
    }
    hand.inbox.put(r.from(hand, "", hand.next));
  }

  /** Limit of memory, what was used at most, and what was said of it. */
  private static final class Memory implements LiveListener {
    final AtomicLong most = new AtomicLong();
    final List<String> said = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void happened(Happening kind, String text) {
      if (kind == Happening.BUDGET) {
        said.add(text);
      }
    }

    @Override
    public void applied(Replica replica, Batch rows, Outcomes out, long now) {
      most.accumulateAndGet(replica.memoryBytes(), Math::max);
    }
  }

  @Test
  void windowsMakeRoomAndTheLimitHoldsInReplayAndAfterARestartToo() throws Exception {
    PipelineFile file =
        file(
            """
            name: windows
            source: { sea: {} }
            pipeline:
              - windowed: { of: [a, b], compute: [mean, std, count], over: [30 events, 1h], decay: [1h] }
              - hoeffding_adaptive_tree
            limits: { memory: 4MB }
            state: { directory: s, every: 1h, keep_journal: true }
            """);
    Lines sink = new Lines();
    List<String> given = List.of();
    for (int life = 0; life < 3; life++) {
      Memory memory = new Memory();
      Live live = new Live(file, List.of(hand), 1, "test", memory);
      live.start(List.of(sink));
      int events = life == 0 ? 10_000 : 2000;
      for (int i = 0; i < events; i += 50) {
        keyed(50);
      }
      long sent = hand.next;
      Waiting.until(() -> sink.lines.size() == sent);
      List<String> now = live.read(r -> r.givenUp().get("main")).get();
      assertThat(now).hasSize(2);
      assertThat(memory.most.get()).isBetween(1L << 20, 4L << 20);
      assertThat(memory.said)
          .hasSize(life == 0 ? 2 : 0)
          .allMatch(s -> s.startsWith("memory is short: main: windowed gives up the window "));
      assertThat(life == 0 ? now : given).isEqualTo(now);
      given = now;
      live.close();
      live.ended().get();
      if (life == 1) { // as if killed before the first snapshot
        try (Stream<Path> all = Files.list(folder.resolve("s/snapshots"))) {
          all.forEach(f -> f.toFile().delete());
        }
      }
    }
    assertThat(replayed(file, new ArrayList<>())).isEqualTo(sink.lines);
  }
}
