package org.freshet.runtime;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.ask.Expert;
import org.freshet.core.ask.ExpertAnswer;
import org.freshet.core.ask.ExpertReply;
import org.freshet.core.live.Records;
import org.freshet.engine.Engine;
import org.freshet.engine.OpenCall;

/**
 * Asks experts outside what the models left to them, on threads of its own, as many for each expert
 * as it takes questions at a time; the owner never waits for them. What they say goes into the
 * journal like any record. Nothing is kept here: the questions that are open are the models' own
 * state, so that the next start after a crash asks those that have no answer in the journal, and no
 * other.
 */
final class Asker implements AutoCloseable {
  private static final long IDLE = 10;

  private final Intake intake;
  private final List<String> models = new ArrayList<>(); // that ask outside
  private final Map<String, Long> told = new HashMap<>(); // event of each up to which it was asked
  private final Map<String, ThreadPoolExecutor> threads = new ConcurrentHashMap<>();
  private final Map<String, String> troubles = new ConcurrentHashMap<>(); // by expert
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile boolean ending;
  private volatile boolean closed;

  Asker(Intake intake) {
    this.intake = intake;
  }

  /** Begins with what was open when the pipeline stopped. */
  void begin(Replica replica) {
    for (String model : replica.contest().models()) {
      if (replica.contest().engineOf(model).asksOutside()) {
        models.add(model);
        told.put(model, -1L);
      }
    }
    follow(replica);
  }

  /** Asks what was left to experts since; on the owner's thread. */
  void follow(Replica replica) {
    for (int i = 0; i < models.size() && !ending; i++) {
      String model = models.get(i);
      Engine engine = replica.contest().engineOf(model);
      for (OpenCall call : engine.openCalls(told.get(model))) {
        told.put(model, call.event());
        if (call.expert() < 0) {
          ExpertAnswer none = ExpertAnswer.none("the expert is not there any more", 0);
          intake.reply(record(model, call, none, replica.schema()));
        } else {
          ask(model, engine.expert(call.expert()), call, replica.schema());
        }
      }
    }
  }

  private void ask(String model, Expert expert, OpenCall call, Schema schema) {
    String who = model + "/" + call.expert();
    underWay.incrementAndGet();
    threads
        .computeIfAbsent(who, w -> pool(expert))
        .execute(() -> put(model, expert, call, who, schema));
  }

  private static ThreadPoolExecutor pool(Expert expert) {
    int n = Math.max(1, expert.concurrency());
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            n,
            n,
            IDLE,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // the models bound what is open
            r -> {
              Thread t = new Thread(r, "expert-" + expert.name());
              t.setDaemon(true);
              return t;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private void put(String model, Expert expert, OpenCall call, String who, Schema schema) {
    try {
      if (ending) {
        return; // the next start asks
      }
      long start = System.nanoTime();
      ExpertAnswer answer;
      try {
        answer = expert.answer(call.row());
      } catch (RuntimeException e) {
        answer = new ExpertAnswer(null, said(e), 0, 0, System.nanoTime() - start);
      }
      if (closed) {
        return; // interrupted perhaps: the next start asks again
      }
      note(who, expert.name(), answer);
      intake.reply(record(model, call, answer, schema));
    } catch (Error e) {
      intake.fail(null, e);
      throw e;
    } finally {
      underWay.decrementAndGet();
    }
  }

  private static String said(RuntimeException e) {
    String message =
        e instanceof ConfigException c
            ? c.faults().get(0).message()
            : String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse(e.getClass().getSimpleName());
  }

  private void note(String who, String name, ExpertAnswer answer) {
    if (answer.label() == null && answer.trouble() != null) {
      troubles.put(who, "expert " + name + ": " + answer.trouble());
    } else {
      troubles.remove(who);
    }
  }

  private static Records record(String model, OpenCall call, ExpertAnswer said, Schema schema) {
    Records r = new Records(schema, 1);
    r.begin(Batch.Kind.REPLY, call.row().id(), Features.NO_TIME);
    r.key(new ExpertReply(model, call.event(), call.expert(), said).text());
    r.end();
    return r;
  }

  /** Begins nothing more; what is under way may still be answered. */
  void end() {
    ending = true;
  }

  /** Whether answers may still come. */
  boolean busy() {
    return underWay.get() > 0;
  }

  /** What is wrong with an expert: why its last question got no answer; null when all is well. */
  String trouble() {
    return troubles.isEmpty() ? null : troubles.values().iterator().next();
  }

  @Override
  public void close() {
    ending = true;
    closed = true;
    threads.values().forEach(ThreadPoolExecutor::shutdownNow);
  }
}
