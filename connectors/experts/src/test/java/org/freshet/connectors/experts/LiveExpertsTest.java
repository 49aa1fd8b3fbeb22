package org.freshet.connectors.experts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Records;
import org.freshet.core.live.Reply;
import org.freshet.core.live.Sink;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.FinalAnswer;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;
import org.freshet.runtime.Replica;
import org.freshet.runtime.journal.JournalSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Live pipelines that ask a server, which answers when the test lets it. */
@Timeout(120)
class LiveExpertsTest {
  private static final long START = 1_700_000_000_000L;
  private static final Pattern SHOE = Pattern.compile("shoe: (\\d+)");

  @TempDir Path folder;
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
    server.by = q -> new StubServer.Reply(200, StubServer.completion(truth(q)), null);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** What it says about a question. */
  private static String truth(String question) {
    return number(question) % 7 < 3 ? "small" : "large";
  }

  private static int number(String question) {
    Matcher m = SHOE.matcher(question);
    assertThat(m.find()).as(question).isTrue();
    return Integer.parseInt(m.group(1));
  }

  private static Schema schema() {
    return Schema.classification(
        List.of(Column.numeric("shoe"), Column.text("note")), "size", "small", "large");
  }

  /** Pushed by hand. */
  private static final class Hand implements Feed {
    private Schema schema;
    private Inbox inbox;
    private long next;

    @Override
    public String name() {
      return "hand";
    }

    @Override
    public Schema schema() {
      return LiveExpertsTest.schema();
    }

    @Override
    public void start(Schema s, Map<String, Long> from, Inbox to) {
      schema = s;
      inbox = to;
      next = from.getOrDefault("", 0L);
    }

    Records records(int n) {
      Records r = new Records(schema, n);
      for (int i = 0; i < n; i++, next++) {
        r.begin(Batch.Kind.EVENT, "e" + next, START + next);
        r.set(0, next);
        r.name(1, "number " + next);
        r.end();
      }
      return r.from(this, "", next);
    }

    void events(int n) throws InterruptedException {
      inbox.put(records(n));
    }

    void label(long event, String label) throws InterruptedException {
      Records r = new Records(schema, 1);
      r.begin(Batch.Kind.LABEL, "e" + event, START + next);
      r.label(label);
      r.end();
      inbox.put(r.from(this, "", next));
    }

    @Override
    public boolean canSeek() {
      return false;
    }

    @Override
    public void close() {}
  }

  /** What a sink got, in order, as text. */
  private static final class Kept implements Sink {
    final List<String> first = Collections.synchronizedList(new ArrayList<>());
    final List<String> last = Collections.synchronizedList(new ArrayList<>());
    private long written;

    @Override
    public String name() {
      return "kept";
    }

    synchronized Kept copy() {
      Kept k = new Kept();
      k.first.addAll(first);
      k.last.addAll(last);
      k.written = written;
      return k;
    }

    @Override
    public synchronized long open(String pipeline, Schema schema) {
      return written;
    }

    @Override
    public synchronized void write(AnswerBlock b) {
      assertThat(b.first()).isEqualTo(written);
      for (int i = 0; i < b.size(); i++) {
        double[] scores = new double[b.known()[i]];
        System.arraycopy(b.scores(), i * b.stride(), scores, 0, scores.length);
        (b.last() ? last : first).add(line(b.ids()[i], b.predicted()[i], scores, b.deferredTo(i)));
      }
      written += b.size();
    }

    @Override
    public void close() {}
  }

  private static String line(String id, double predicted, double[] scores, String deferred) {
    StringBuilder s = new StringBuilder(id + " " + predicted + " " + deferred);
    for (double p : scores) {
      s.append(' ').append(Double.doubleToLongBits(p));
    }
    return s.toString();
  }

  private PipelineFile file(String state, String expert, String more) {
    String text =
        """
        name: shoes
        source: { sea: {} }
        pipeline:
          - select: { keep: [shoe] }
          - cascade:
              levels: [gaussian_nb]
              calls: 60%%
              warm_up: 20
              settle: 100
              expert:
                openai:
                  model: gpt
                  url: "%s"
                  key_variable: none
                  price_call: 1
                  backoff: 1ms
                  %s
        labels: { timeout: 1d }
        limits: { ahead: 0s, in_flight: %s }
        state: { directory: %s, every: 1h, keep_journal: true }
        """
            .formatted(server.url(), expert, more, state);
    return PipelineFile.parse("shoes.yaml", text, folder, List.of());
  }

  private static Live live(PipelineFile file, Hand hand, Kept sink) throws InterruptedException {
    Live live = new Live(file, List.of(hand), 1, "test", LiveListener.NONE);
    live.start(List.of(sink));
    return live;
  }

  private static <T> T ask(Live live, Function<Replica, T> question) {
    try {
      return live.read(question).get(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static long number(Live live, ToLongFunction<Replica> question) {
    return ask(live, question::applyAsLong);
  }

  private static long calls(Live live) {
    return number(live, r -> r.engine().experts().calls());
  }

  private static long open(Live live) {
    return number(live, r -> r.engine().openCalls());
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static byte[] state(Engine engine) {
    StateWriter out = new StateWriter();
    engine.save(out);
    return out.toBytes();
  }

  @Test
  void theJournalGivesTheSameAnswersAndNobodyIsAsked() throws Exception {
    PipelineFile file = file("state", "retries: 0", "1000");
    Hand hand = new Hand();
    Kept sink = new Kept();
    byte[] state;
    long asked;
    try (Live live = live(file, hand, sink)) {
      for (int i = 0; i < 60; i++) {
        hand.events(5);
        if (i > 4) {
          hand.label(5L * i - 20, i % 2 == 0 ? "small" : "large");
        }
      }
      until(() -> number(live, Replica::answers) >= 300 && open(live) == 0);
      asked = calls(live);
      assertThat(asked).isBetween(100L, 180L);
      state = ask(live, r -> state(r.engine()));
      assertThat(number(live, r -> r.engine().experts().tokens())).isEqualTo(110 * asked);
      assertThat(live.trouble()).isNull();
    }
    assertThat(sink.first).hasSize(300);
    assertThat(sink.last).hasSize((int) asked).allMatch(l -> l.contains(" gpt "));
    assertThat(sink.first.stream().filter(l -> l.contains(" gpt "))).hasSize((int) asked);
    assertThat(server.asked()).hasSize((int) asked);

    List<String> first = new ArrayList<>();
    List<String> last = new ArrayList<>();
    Path journal = folder.resolve("state/journal");
    assertThat(JournalSource.hasReplies(journal)).isTrue();
    try (JournalSource source =
        new JournalSource(new JournalSource.Parameters(journal.toString()), Build.of(null))) {
      Engine engine = new Engine(source.schema(), file.pipeline(), file.labels(), file.seed(), 1);
      engine.answersLater("main", 1000);
      Batch rows = new Batch(source.schema(), 64);
      Outcomes out = new Outcomes();
      while (source.read(rows, 64) > 0) {
        engine.process(rows, 0, rows.size(), out);
        for (int r = 0; r < rows.size(); r++) {
          if (rows.kind(r) == Batch.Kind.EVENT) {
            int p = out.prediction(r);
            double[] scores = new double[out.known(p)];
            System.arraycopy(out.scores(), out.scoresAt(p), scores, 0, scores.length);
            first.add(line(rows.id(r), out.predicted(p), scores, out.rowDeferred(r)));
          }
        }
        for (FinalAnswer f : out.last()) {
          last.add(line(f.id(), f.predicted(), f.scores(), f.expert()));
        }
      }
      assertThat(first).isEqualTo(sink.first);
      assertThat(last).isEqualTo(sink.last);
      assertThat(state(engine)).isEqualTo(state);
    }
    assertThat(server.asked()).as("asked by the replay").hasSize((int) asked);
  }

  @Test
  void afterACrashOnlyThoseWithoutAnAnswerAreAskedAgain() throws Exception {
    Semaphore may = new Semaphore(0);
    server.by =
        q -> {
          may.acquireUninterruptibly();
          return new StubServer.Reply(200, StubServer.completion(truth(q)), null);
        };
    Hand hand = new Hand();
    Kept sink = new Kept();
    Live live = live(file("state", "concurrency: 16", "1000"), hand, sink);
    hand.events(12); // all of the warm-up are asked about
    may.release(3);
    until(() -> calls(live) == 3);
    live.ask("snapshot").get(60, TimeUnit.SECONDS);
    hand.events(4);
    may.release(2);
    until(() -> calls(live) == 5 && number(live, Replica::answers) == 21);
    until(() -> sink.last.size() == 5 && sink.first.size() == 16);
    copy(folder.resolve("state"), folder.resolve("copy")); // what kill -9 leaves
    until(() -> server.asked().size() == 16);
    Kept left = sink.copy();
    List<String> lastBefore = List.copyOf(left.last);
    HashSet<Integer> answered = new HashSet<>();
    lastBefore.forEach(l -> answered.add(Integer.parseInt(l.split(" ")[0].substring(1))));
    may.release(1000);

    try (Live again = live(file("copy", "concurrency: 16", "1000"), new Hand(), left)) {
      until(() -> calls(again) == 16);
      until(() -> left.last.size() == 16);
      assertThat(open(again)).isZero();
      assertThat(number(again, r -> (long) r.engine().experts().cost())).isEqualTo(16);
    }
    List<Integer> askedAgain =
        server.asked().subList(16, server.asked().size()).stream()
            .map(LiveExpertsTest::number)
            .toList();
    assertThat(askedAgain)
        .doesNotHaveDuplicates()
        .hasSize(11)
        .doesNotContainAnyElementsOf(answered);
    assertThat(left.first).hasSize(16);
    assertThat(left.last.stream().map(l -> l.split(" ")[0])).doesNotHaveDuplicates();
    assertThat(left.last.subList(0, 5)).isEqualTo(lastBefore);

    // A third start has nothing left to ask.
    try (Live third = live(file("copy", "concurrency: 16", "1000"), new Hand(), left)) {
      assertThat(calls(third)).isEqualTo(16);
    }
    assertThat(server.asked()).hasSize(27);
    live.close();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      all.forEach(
          p -> {
            Path target = to.resolve(from.relativize(p).toString());
            try {
              if (Files.isDirectory(p)) {
                Files.createDirectories(target);
              } else {
                Files.copy(p, target);
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  @Test
  void whatIsUnderWayWhenItIsToldToStopIsWaitedFor() throws Exception {
    Semaphore may = new Semaphore(0);
    server.by =
        q -> {
          may.acquireUninterruptibly();
          return new StubServer.Reply(200, StubServer.completion(truth(q)), null);
        };
    Hand hand = new Hand();
    Kept sink = new Kept();
    Live live = live(file("state", "concurrency: 2", "1000"), hand, sink);
    hand.events(5);
    until(() -> server.asked().size() == 2);
    CompletableFuture<Void> closed = CompletableFuture.runAsync(live::close);
    until(live::stopping);
    may.release(1000);
    closed.get(60, TimeUnit.SECONDS);
    assertThat(server.asked()).as("no further one is begun").hasSize(2);
    assertThat(sink.last).hasSize(2);
    try (Live again = live(file("state", "concurrency: 2", "1000"), new Hand(), sink)) {
      until(() -> open(again) == 0);
      until(() -> sink.last.size() == 5);
    }
    assertThat(server.asked()).hasSize(5);
  }

  @Test
  void beyondTheLimitTheCascadeAnswersItself() throws Exception {
    Semaphore may = new Semaphore(0);
    server.by =
        q -> {
          may.acquireUninterruptibly();
          return new StubServer.Reply(200, StubServer.completion(truth(q)), null);
        };
    Hand hand = new Hand();
    Kept sink = new Kept();
    try (Live live = live(file("state", "concurrency: 2", "3"), hand, sink)) {
      hand.events(10);
      until(() -> sink.first.size() == 10);
      assertThat(open(live)).isEqualTo(3);
      assertThat(number(live, r -> r.engine().experts().declined())).isEqualTo(7);
      assertThat(sink.first.stream().filter(l -> l.contains(" gpt "))).hasSize(3);
      may.release(1000);
      until(() -> open(live) == 0);
      hand.events(1);
      until(() -> sink.last.size() == 4);
      assertThat(number(live, r -> r.engine().experts().declined())).isEqualTo(7);
    }
  }

  @Test
  void anExpertThatIsAwayIsCountedShownAndAskedAgain() throws Exception {
    Function<String, StubServer.Reply> works = server.by;
    Hand hand = new Hand();
    Kept sink = new Kept();
    try (Live live = live(file("state", "retries: 1", "1000"), hand, sink)) {
      for (StubServer.Reply fault :
          List.of(
              new StubServer.Reply(500, "", null),
              new StubServer.Reply(401, "", null),
              new StubServer.Reply(200, "{\"choi", null))) {
        server.by = q -> fault;
        int had = sink.last.size();
        hand.events(2);
        until(() -> sink.last.size() == had + 2);
        assertThat(live.trouble())
            .startsWith("expert gpt: openai: ")
            .containsAnyOf("status 500 after 2 tries", "refuses the request", "is no JSON");
      }
      assertThat(number(live, r -> r.engine().experts().useless())).isEqualTo(6);
      double paid = ask(live, r -> r.engine().experts().cost());
      assertThat(paid).as("the last two came").isEqualTo(2);
      for (String l : sink.last) { // the event keeps its own answer
        assertThat(sink.first).contains(l);
      }
      server.by = works;
      hand.events(3);
      until(() -> sink.last.size() == 9);
      assertThat(live.trouble()).isNull();
      assertThat(number(live, r -> r.engine().experts().useless())).isEqualTo(6);
      assertThat(sink.first).doesNotContain(sink.last.get(8));
    }
  }

  @Test
  void aChallengerAsksInTheShadowAndGivesFinalAnswersOnceItIsPromoted() throws Exception {
    String text =
        """
        name: shadow
        source: { sea: {} }
        pipeline: [ select: { keep: [shoe] }, gaussian_nb ]
        challengers:
          - name: asks
            pipeline:
              - select: { keep: [shoe] }
              - cascade:
                  levels: [gaussian_nb]
                  expert: { openai: { model: gpt, url: "%s", key_variable: none, price_call: 1 } }
        limits: { ahead: 0s }
        state: { directory: shadow, every: 1h }
        """
            .formatted(server.url());
    PipelineFile file = PipelineFile.parse("shadow.yaml", text, folder, List.of());
    Hand hand = new Hand();
    Kept sink = new Kept();
    ToLongFunction<Replica> asked = r -> r.contest().engineOf("asks").experts().calls();
    try (Live live = live(file, hand, sink)) {
      hand.events(4);
      until(() -> number(live, asked) == 4);
      live.ask("promote asks").get(60, TimeUnit.SECONDS);
      hand.events(3);
      until(() -> number(live, asked) == 7);
      until(() -> sink.last.size() == 3);
      assertThat(number(live, Replica::answers)).isEqualTo(10);
    }
    assertThat(sink.first.subList(0, 4)).allMatch(l -> l.contains(" null"));
    assertThat(sink.first.subList(4, 7)).allMatch(l -> l.contains(" gpt "));
    assertThat(sink.last.stream().map(l -> l.split(" ")[0]))
        .containsExactlyInAnyOrder("e4", "e5", "e6");
  }

  @Test
  void whoAskedForItGetsTheFinalAnswer() throws Exception {
    CompletableFuture<AnswerBlock> first = new CompletableFuture<>();
    CompletableFuture<AnswerBlock> last = new CompletableFuture<>();
    Hand hand = new Hand();
    try (Live live = live(file("state", "retries: 0", "1000"), hand, new Kept())) {
      Records one = hand.records(1);
      one.replyTo(
          new Reply() {
            @Override
            public void done(Records records, AnswerBlock answers) {
              first.complete(answers);
            }

            @Override
            public void failed(Records records, RuntimeException why) {
              first.completeExceptionally(why);
            }

            @Override
            public boolean waits() {
              return true;
            }

            @Override
            public void last(int i, AnswerBlock answer) {
              last.complete(answer);
            }
          });
      hand.inbox.put(one);
      assertThat(first.get(60, TimeUnit.SECONDS).deferredTo(0)).isEqualTo("gpt");
      assertThat(first.get().last()).isFalse();
      AnswerBlock answer = last.get(60, TimeUnit.SECONDS);
      assertThat(answer.ids()).containsExactly("e0");
      assertThat(answer.label(0)).isEqualTo("small");
      assertThat(answer.last()).isTrue();
      assertThat(live.running()).isTrue();
    }
  }
}
