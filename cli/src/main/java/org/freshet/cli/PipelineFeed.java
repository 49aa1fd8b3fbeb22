package org.freshet.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Inbox;
import org.freshet.core.live.Outlet;
import org.freshet.core.live.Records;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;
import org.freshet.streams.live.JsonBytes;

/**
 * Feeds a pipeline where it reads: sends events and labels to the topics of its feeds, and reads
 * the answers that its sink writes.
 */
final class PipelineFeed implements Destination {
  private static final long PATIENCE = 30_000_000_000L;

  private final Outlet events;
  private final Outlet labels;
  private final Feed answers;
  private final Reading reading = new Reading();
  private final Map<String, Long> sent = new ConcurrentHashMap<>(); // when, by id

  /**
   * @param answers a feed with the category {@code prediction}, not yet started
   */
  PipelineFeed(Outlet events, Outlet labels, Feed answers) throws InterruptedException {
    this.events = events;
    this.labels = labels;
    this.answers = answers;
    Schema schema = answers.schema();
    answers.start(schema, Map.of(), reading);
    long end = System.nanoTime() + PATIENCE;
    while (!reading.begun) { // an answer before that would be missed
      reading.check();
      if (System.nanoTime() > end) {
        close();
        throw new ConfigException(
            "--to", answers.name() + ": " + answers.trouble() + "; is the broker there?");
      }
      Thread.sleep(5);
    }
  }

  /** To the topics that a pipeline file names. */
  static PipelineFeed of(Path path) throws InterruptedException {
    PipelineFile file = PipelineFile.read(path, List.of());
    List<Feed> feeds = RunCommand.feeds(file);
    Feed labels = feeds.get(feeds.size() - 1);
    Outlet events = outlet(path, feeds.get(0));
    Feed answers =
        first(file.live().sinks(), s -> Components.create(s, Build.of(null), Sink.class).answers());
    if (answers == null) {
      throw new ConfigException(
          "--to", "none of the sinks of " + path + " can be read back; kafka can");
    }
    return new PipelineFeed(events, outlet(path, labels), answers);
  }

  private static <A, B> B first(List<A> of, Function<A, B> make) {
    for (A a : of) {
      B made = make.apply(a);
      if (made != null) {
        return made;
      }
    }
    return null;
  }

  private static Outlet outlet(Path path, Feed feed) {
    Outlet outlet = feed.outlet();
    if (outlet == null) {
      throw new ConfigException(
          "--to",
          path
              + " reads '"
              + feed.name()
              + "', which is not fed by this command; kafka with JSON is, and a service by its"
              + " address such as http://127.0.0.1:8080");
    }
    return outlet;
  }

  @Override
  public void event(String id, JsonBytes json) {
    sent.put(id, System.nanoTime());
    events.send(Arrays.copyOf(json.array(), json.size()));
  }

  @Override
  public void label(JsonBytes json) {
    labels.send(Arrays.copyOf(json.array(), json.size()));
  }

  @Override
  public void send() {
    events.flush();
    labels.flush();
  }

  @Override
  public void answers(Answers to) {
    reading.check();
    for (Answer a = reading.answers.poll(); a != null; a = reading.answers.poll()) {
      Long since = sent.remove(a.id());
      if (since != null) { // to one of these events, the first time
        to.answered(a.id(), a.prediction(), a.at() - since);
      }
    }
  }

  @Override
  public void close() {
    answers.close();
    events.close();
    labels.close();
  }

  private record Answer(String id, String prediction, long at) {}

  /** What the feed of answers hands over. */
  private static final class Reading implements Inbox {
    final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    volatile boolean begun;
    private volatile Throwable failure;

    @Override
    public void put(Records records) {
      long now = System.nanoTime();
      Batch batch = new Batch(records.schema(), Math.max(1, records.size()));
      for (int r = 0; r < records.size(); r++) {
        records.appendTo(batch, r, 0);
        double code = batch.block()[r];
        String prediction =
            Double.isNaN(code) ? null : records.schema().column(0).dictionary().name((int) code);
        if (records.id(r) != null) {
          answers.add(new Answer(records.id(r), prediction, now));
        }
      }
      begun = true;
    }

    @Override
    public boolean offer(Records records, long time, TimeUnit unit) {
      put(records);
      return true;
    }

    @Override
    public void fail(Feed feed, Throwable error) {
      failure = error;
    }

    void check() {
      if (failure != null) {
        throw new IllegalStateException(failure.getMessage(), failure);
      }
    }
  }
}
