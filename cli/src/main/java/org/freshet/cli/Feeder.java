package org.freshet.cli;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.ConfigException;
import org.freshet.core.Rng;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.streams.live.JsonBytes;

/**
 * Feeds a running service with the events of a source at a steady rate, and with their labels after
 * a while: some soon, some late, in another order, some never. The same seed feeds the same events
 * and labels in the same order; only the ids and times of day differ, so that it can be run again.
 */
final class Feeder {
  private static final int TICKS = 50; // requests a second
  private static final int MOST = 500; // the most events of a request
  private static final long PATIENCE = 30_000_000_000L;

  /**
   * @param rate events a second
   * @param delay mean time from an event to its label, in seconds; each from a fifth of it to
   *     nearly twice as long
   * @param unlabelled share of the events that never get their label
   */
  record Plan(long events, double rate, double delay, double unlabelled, long seed) {}

  private record Due(double at, long event, int label) {}

  private final Destination destination;
  private final Source source;
  private final Plan plan;
  private final Rng rng;
  private final Schema schema;
  private final LiveScore score;
  private final String run = Long.toString(System.currentTimeMillis(), 36);
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(
          (a, b) ->
              a.at() != b.at()
                  ? Double.compare(a.at(), b.at())
                  : Long.compare(a.event(), b.event()));
  private final JsonBytes json = new JsonBytes();
  private final ArrayDeque<Integer> truths = new ArrayDeque<>(); // of events without an answer
  private final Map<Long, String> came = new HashMap<>(); // answers before their turn
  private long answered;
  private long sent;
  private long labelled;

  Feeder(Console console, Destination destination, Source source, Plan plan) {
    this.schema = source.schema();
    if (schema.target() != Schema.Target.CLASS || schema.isSparse()) {
      throw new ConfigException(
          "--to", "feeds streams with dense rows and one class as label only");
    }
    this.destination = destination;
    this.source = source;
    this.plan = plan;
    this.rng = new Rng(Rng.childSeed(plan.seed(), "labels", 0));
    this.score =
        new LiveScore(
            console.out(), schema.labels(), (long) (5 * plan.rate()), source.driftPositions());
  }

  void run() throws InterruptedException {
    int tick = (int) Math.max(1, Math.min(MOST, Math.round(plan.rate() / TICKS)));
    Batch batch = new Batch(schema, tick);
    long start = System.nanoTime();
    double last = 0; // seconds of the stream
    while (true) {
      int n = source.read(batch, (int) Math.min(tick, plan.events() - sent));
      if (n > 0) {
        events(batch, n);
        last = sent / plan.rate();
      } else if (due.isEmpty()) {
        break;
      } else {
        last = due.peek().at(); // the rest of the labels
      }
      labels(last);
      long ahead = (long) (1e9 * last) - (System.nanoTime() - start);
      if (ahead > 0) {
        Thread.sleep(ahead / 1_000_000, (int) (ahead % 1_000_000));
      }
      destination.answers(this::answered);
      score.tell((System.nanoTime() - start) / 1e9, sent, labelled);
    }
    rest();
    score.end();
  }

  private void events(Batch batch, int n) throws InterruptedException {
    long now = System.currentTimeMillis();
    for (int r = 0; r < n; r++) {
      String id = id(sent + r);
      json.clear().ascii("{\"id\":").text(id).ascii(",\"time\":").number(now);
      json.ascii(",\"features\":{");
      features(batch, r);
      json.ascii("}}");
      destination.event(id, json);
      truths.add(batch.labelCode(r));
    }
    destination.send();
    for (int r = 0; r < n; r++) {
      double later = plan.delay() * (0.2 + 1.6 * rng.nextDouble());
      if (rng.nextDouble() >= plan.unlabelled()) {
        due.add(new Due((sent + r) / plan.rate() + later, sent + r, batch.labelCode(r)));
      }
    }
    sent += n;
  }

  private String id(long event) {
    return run + "-" + event;
  }

  private void features(Batch batch, int r) {
    boolean more = false;
    for (int c = 0; c < schema.width(); c++) {
      Column column = schema.column(c);
      double v = batch.block()[r * schema.width() + c];
      if (!Double.isNaN(v) && column.kind() != Column.Kind.TEXT) {
        json.ascii(more ? "," : "").text(column.name()).character(':');
        more = true;
        if (column.isCategory()) {
          json.text(column.dictionary().name((int) v));
        } else {
          json.number(v);
        }
      }
    }
  }

  /** Tells the score of answers in the order of the events, in which they need not come. */
  private void answered(String id, String prediction, long nanos) {
    if (!id.startsWith(run + "-")) {
      return; // to an event of someone else
    }
    score.request(nanos);
    came.put(Long.parseLong(id.substring(run.length() + 1)), prediction == null ? "" : prediction);
    for (String p = came.remove(answered); p != null; p = came.remove(answered)) {
      score.answer(truths.remove(), p);
      answered++;
    }
  }

  /** Waits for the answers that have not come. */
  private void rest() throws InterruptedException {
    long since = System.nanoTime();
    for (long before = answered; answered < sent; before = answered) {
      destination.answers(this::answered);
      if (answered > before) {
        since = System.nanoTime();
      } else if (System.nanoTime() - since > PATIENCE) {
        throw new ConfigException(
            "--to",
            "no answer to "
                + (sent - answered)
                + " events for half a minute; is 'freshet run' there?");
      }
      Thread.sleep(5);
    }
  }

  /** Sends the labels that are due. */
  private void labels(double until) throws InterruptedException {
    while (!due.isEmpty() && due.peek().at() <= until) {
      int n = 0;
      while (!due.isEmpty() && due.peek().at() <= until && n < MOST) {
        Due d = due.poll();
        json.clear().ascii("{\"id\":").text(id(d.event()));
        json.ascii(",\"label\":").text(schema.labels().name(d.label())).character('}');
        destination.label(json);
        n++;
      }
      destination.send();
      labelled += n;
    }
  }
}
