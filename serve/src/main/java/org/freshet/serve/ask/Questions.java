package org.freshet.serve.ask;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.freshet.core.Batch;
import org.freshet.core.ask.QuestionNews;
import org.freshet.core.ask.QuestionStore;
import org.freshet.engine.OpenQuestion;
import org.freshet.engine.Outcomes;
import org.freshet.engine.section.QueueSection;
import org.freshet.runtime.Ledger;
import org.freshet.runtime.Replica;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what the journal tells of questions into the store, on a thread of its own, in order. A
 * store that is down makes news wait, then the pipeline; what waits when the process dies is
 * replayed at the next start.
 */
public final class Questions implements Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);

  /** Entries with news that wait. */
  private static final int WAITING = 256;

  private static final long LONGEST_PAUSE = 5_000;

  private record News(List<QuestionNews> all, long entry) {}

  private final QuestionStore store;
  private final QueueSection.Parameters settings;
  private final BlockingQueue<News> queue = new ArrayBlockingQueue<>(WAITING);
  private final AtomicInteger pending = new AtomicInteger(); // entries with news not in the store
  private final Thread thread;
  private volatile long seen; // entries given
  private volatile boolean closing;
  private volatile boolean cut; // something was left to the next start
  private volatile String trouble;
  private NewsOf newsOf;

  /**
   * @param store opened
   */
  public Questions(QuestionStore store, QueueSection.Parameters settings) {
    this.store = store;
    this.settings = settings;
    this.thread = new Thread(this::run, "questions");
    thread.setDaemon(true);
    thread.start();
  }

  /** Leases, replies and what was done; any thread. */
  public QuestionStore store() {
    return store;
  }

  public QueueSection.Parameters settings() {
    return settings;
  }

  @Override
  public void applied(Replica replica, Batch rows, Outcomes out, BooleanSupplier enough)
      throws InterruptedException {
    long entry = replica.entry();
    if (cut || entry <= store.position()) {
      return;
    }
    if (newsOf == null) {
      newsOf = new NewsOf(replica.schema(), settings);
    }
    List<QuestionNews> news = newsOf.rows(replica.engine(), rows, out);
    if (!news.isEmpty()) {
      pending.incrementAndGet();
      while (!queue.offer(new News(news, entry), 50, TimeUnit.MILLISECONDS)) {
        if (enough.getAsBoolean()) {
          cut = true;
          return;
        }
      }
    }
    seen = entry;
  }

  @Override
  public void started(Replica replica) {
    awaitWritten();
    long entry = replica.entry();
    seen = entry;
    if (store.position() > entry) {
      LOG.warn(
          "{} follows entry {} of a journal that ends at {}: the machine crashed, or the state folder"
              + " is another one; questions of events that are not known expire when their turn comes",
          store.name(),
          store.position(),
          entry);
      store.goBack(entry);
    } else if (store.position() == 0 && entry > 0) {
      newsOf = new NewsOf(replica.schema(), settings);
      List<QuestionNews> waiting = new ArrayList<>();
      for (OpenQuestion q : replica.engine().questions(settings.limit())) {
        if (q.asked() || replica.engine().asking() == null) {
          waiting.add(newsOf.waiting(q));
        }
      }
      store.follow(waiting, entry, System.currentTimeMillis());
      LOG.info("{} is new; {} events that wait are asked about", store.name(), waiting.size());
    }
    store.withdrawAll();
  }

  private void awaitWritten() {
    try {
      while (pending.get() > 0 && !closing) {
        Thread.sleep(5);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while questions are brought in", e);
    }
  }

  /** Waits until the store has what this entry and those before it brought, or is in trouble. */
  public boolean await(long entry, long millis) throws InterruptedException {
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (entry() < entry) {
      if (System.nanoTime() > until || trouble != null) {
        return false;
      }
      Thread.sleep(1);
    }
    return true;
  }

  private void run() {
    try {
      while (!closing || !queue.isEmpty()) {
        News first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          List<News> taken = new ArrayList<>(List.of(first));
          queue.drainTo(taken);
          List<QuestionNews> all = new ArrayList<>();
          taken.forEach(n -> all.addAll(n.all()));
          write(all, taken.get(taken.size() - 1).entry());
          pending.addAndGet(-taken.size());
        }
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(List<QuestionNews> news, long entry) throws InterruptedException {
    for (long pause = 50; ; pause = Math.min(LONGEST_PAUSE, 2 * pause)) {
      try {
        store.follow(news, entry, System.currentTimeMillis());
        trouble = null;
        return;
      } catch (UncheckedIOException e) {
        if (trouble == null) {
          LOG.warn("{}; trying again", e.getMessage());
        }
        trouble = e.getMessage();
        Thread.sleep(pause);
      }
    }
  }

  @Override
  public long entry() {
    long given = seen;
    return pending.get() == 0 ? given : Math.min(given, store.position());
  }

  @Override
  public String trouble() {
    return trouble;
  }

  @Override
  public void drain(long millis) throws InterruptedException {
    closing = true;
    thread.join(Math.max(1, millis));
  }

  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
