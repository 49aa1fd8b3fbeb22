package org.freshet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private static final JsonFactory JSON = new JsonFactory();
  private static final int TICKS = 50; // requests a second
  private static final int MOST = 500; // the most events of a request

  /**
   * @param rate events a second
   * @param delay mean time from an event to its label, in seconds; each from a fifth of it to
   *     nearly twice as long
   * @param unlabelled share of the events that never get their label
   */
  record Plan(long events, double rate, double delay, double unlabelled, long seed) {}

  private record Due(double at, long event, int label) {}

  private final ServiceFeed service;
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
  private long sent;
  private long labelled;

  Feeder(Console console, String url, Source source, Plan plan) {
    this.schema = source.schema();
    if (schema.target() != Schema.Target.CLASS || schema.isSparse()) {
      throw new ConfigException(
          "--to", "feeds streams with dense rows and one class as label only");
    }
    this.service = new ServiceFeed(console, url);
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
      score.tell((System.nanoTime() - start) / 1e9, sent, labelled);
    }
    score.end();
  }

  private void events(Batch batch, int n) throws InterruptedException {
    long now = System.currentTimeMillis();
    json.clear().character('[');
    for (int r = 0; r < n; r++) {
      json.ascii(r > 0 ? ",{\"id\":" : "{\"id\":").text(id(sent + r));
      json.ascii(",\"time\":").number(now).ascii(",\"features\":{");
      features(batch, r);
      json.ascii("}}");
    }
    json.character(']');
    long begun = System.nanoTime();
    byte[] answers = service.post("/v1/events", json);
    score.request(System.nanoTime() - begun);
    take(answers, batch, n);
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

  /** Reads the predictions, in the order of the events. */
  private void take(byte[] answers, Batch batch, int n) {
    int r = 0;
    try (JsonParser p = JSON.createParser(answers)) {
      if (p.nextToken() != JsonToken.START_ARRAY) {
        throw new ConfigException("--to", "the service's answer is no array");
      }
      while (p.nextToken() == JsonToken.START_OBJECT && r < n) {
        String prediction = null;
        while (p.nextToken() != JsonToken.END_OBJECT) {
          String name = p.currentName();
          p.nextToken();
          if (name.equals("prediction")) {
            prediction = p.getValueAsString();
          }
          p.skipChildren();
        }
        score.answer(batch.labelCode(r++), prediction);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the service's answer is no JSON", e);
    }
    if (r != n) {
      throw new ConfigException("--to", "the service gave " + r + " answers to " + n + " events");
    }
  }

  /** Sends the labels that are due. */
  private void labels(double until) throws InterruptedException {
    while (!due.isEmpty() && due.peek().at() <= until) {
      int n = 0;
      json.clear().character('[');
      while (!due.isEmpty() && due.peek().at() <= until && n < MOST) {
        Due d = due.poll();
        json.ascii(n++ > 0 ? ",{\"id\":" : "{\"id\":").text(id(d.event()));
        json.ascii(",\"label\":").text(schema.labels().name(d.label())).character('}');
      }
      json.character(']');
      service.post("/v1/labels", json);
      labelled += n;
    }
  }
}
