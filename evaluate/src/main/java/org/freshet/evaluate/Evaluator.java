package org.freshet.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.Outcomes;
import org.freshet.evaluate.metrics.BlindLabels;
import org.freshet.evaluate.protocol.TaskStream;

/**
 * Prequential evaluation: every event is predicted before its label is learnt, in the order of the
 * stream, with labels as late as the plan says. Beside the model it scores the baselines, and on
 * request the same model with late labels (near future) and the same model frozen early, all on the
 * same events.
 *
 * <pre>{@code
 * Evaluation e = new Evaluator(Job.of("sea", () -> sea, "hoeffding_tree")).run();
 * e.metrics().get("accuracy");
 * }</pre>
 */
public final class Evaluator {
  private static final int CHUNK = 1024;

  private final Job job;
  private final EvaluateOptions options;
  private Consumer<Progress> progress = p -> {};
  private Path predictions;
  private StateReader resume;
  private Consumer<Stop> atStop;
  private long every;
  private Importance.Meter meter;

  /**
   * The end of the events read, before labels that have not arrived are scored: the time to save.
   */
  public interface Stop {
    Schema schema();

    /** Where the stream goes on. */
    Source.Position position();

    /** The learner, or the pipeline that ends in it. */
    org.freshet.core.Learner model();

    /** Writes all that a later run needs to go on as if never stopped. */
    void save(StateWriter out);
  }

  public Evaluator(Job job) {
    this(job, EvaluateOptions.DEFAULT);
  }

  public Evaluator(Job job, EvaluateOptions options) {
    this.job = job;
    this.options = options;
  }

  /** Hears how far it is, on the evaluating thread. */
  public Evaluator onProgress(Consumer<Progress> listener) {
    this.progress = listener;
    return this;
  }

  /** Writes the predictions of the last pass, one a line. */
  public Evaluator predictionsTo(Path file) {
    this.predictions = file;
    return this;
  }

  /** Goes on from what {@link Stop#save} wrote. */
  public Evaluator resumeFrom(StateReader state) {
    this.resume = state;
    return this;
  }

  /**
   * Measures what the columns matter to the model, at the end of the block in which so many more
   * events have been read.
   */
  public Evaluator importance(long everyEvents, Importance.Meter m) {
    this.every = everyEvents;
    this.meter = m;
    return this;
  }

  /** Called once at the end of the events read. */
  public Evaluator onStop(Consumer<Stop> listener) {
    this.atStop = listener;
    return this;
  }

  /** Runs all passes. */
  public Evaluation run() {
    if (resume != null && options.passes() > 1) {
      throw new ConfigException("--passes", "is " + options.passes() + ", allowed 1 with --resume");
    }
    int shift = shift();
    List<Double> seconds = new ArrayList<>();
    try (Source source = job.open().get()) {
      boolean there = source instanceof TaskStream; // its events are in memory
      List<Batch> memory = options.inMemory() && !there ? read(source) : null;
      if (memory != null) {
        return passes(source, memory, shift, seconds);
      }
      for (int pass = 1; pass < options.passes(); pass++) {
        try (Source own = job.open().get();
            Pass p = new Pass(own, null, shift, pass)) {
          p.run();
          seconds.add(p.main.effort.seconds());
        }
      }
      try (Pass p = new Pass(source, null, shift, options.passes())) {
        p.run();
        seconds.add(p.main.effort.seconds());
        return p.result(seconds);
      }
    }
  }

  private Evaluation passes(Source source, List<Batch> memory, int shift, List<Double> seconds) {
    for (int pass = 1; ; pass++) {
      try (Pass p = new Pass(source, memory, shift, pass)) {
        p.run();
        seconds.add(p.main.effort.seconds());
        if (pass == options.passes()) {
          return p.result(seconds);
        }
      }
    }
  }

  private List<Batch> read(Source source) {
    if (resume != null) {
      source.seek(position(resume));
    }
    List<Batch> all = new ArrayList<>();
    long left = options.limit() == 0 ? Long.MAX_VALUE : options.limit();
    while (left > 0) {
      Batch batch = new Batch(source.schema(), CHUNK);
      int n = source.read(batch, (int) Math.min(CHUNK, left));
      if (n == 0) {
        break;
      }
      all.add(batch);
      left -= n;
    }
    return all;
  }

  private static Source.Position position(StateReader in) {
    StateReader at = in.child("position");
    return new Source.Position(
        at.longValue("record", 0, Long.MAX_VALUE), at.longValue("fingerprint"));
  }

  /** The near-future shift; on AUTO a first reading of all labels finds it. */
  private int shift() {
    if (options.nearFuture() != EvaluateOptions.AUTO) {
      return options.nearFuture();
    }
    if (resume != null) {
      return resume.intValue("near-future-shift", 0, Integer.MAX_VALUE);
    }
    BlindLabels blind = new BlindLabels();
    try (Source source = job.open().get()) {
      if (source.schema().target() != Schema.Target.CLASS) {
        throw new ConfigException(
            "--near-future", "is auto, which needs a class to predict; give a number of events");
      }
      Batch batch = new Batch(source.schema(), CHUNK);
      long left = options.limit() == 0 ? Long.MAX_VALUE : options.limit();
      for (int n = -1; n != 0 && left > 0; left -= n) {
        n = source.read(batch, (int) Math.min(CHUNK, left));
        for (int r = 0; r < n; r++) {
          if (batch.labelCode(r) >= 0) {
            blind.add(batch.labelCode(r));
          }
        }
      }
    }
    int found = blind.fallsToChance();
    if (found < 0) {
      throw new ConfigException(
          "--near-future",
          "is auto, but up to shift "
              + BlindLabels.MAX_SHIFT
              + " the blind last label stays above chance; give a number of events");
    }
    return found;
  }

  /** One run over the stream. */
  private final class Pass implements AutoCloseable, Stop {
    private final Source source;
    private final List<Batch> memory;
    private final int shift;
    private final int number;
    private final List<Contestant> all = new ArrayList<>();
    final Contestant main;
    private final Contestant near;
    private final Contestant frozen;
    private int driftsTold;
    private final List<Importance> importance = new ArrayList<>();
    private long measured;
    private final double[] rolling = new double[3];
    private final Examiner examiner; // null without a protocol

    Pass(Source source, List<Batch> memory, int shift, int number) {
      this.source = source;
      this.memory = memory;
      this.shift = shift;
      this.number = number;
      main = add("model", job.labels(), 0);
      near = shift >= 0 ? add("near-future", late(), 0) : null;
      frozen =
          options.freezeAfter() > 0 ? add("frozen", job.labels(), options.freezeAfter()) : null;
      examiner = source instanceof TaskStream tasks ? new Examiner(tasks, main.engine) : null;
      if (resume != null) {
        for (Contestant c : all) {
          c.load(resume.child(c.name));
        }
        driftsTold = main.drifts.size();
        measured = main.events();
      }
    }

    /** The labels of the near future: late, and asked for as the others are. */
    private LabelPlan late() {
      return LabelPlan.afterEvents(shift).withAsk(job.labels().ask());
    }

    private Contestant add(String name, LabelPlan labels, long freezeAfter) {
      EvaluateOptions own = all.isEmpty() ? options : options.withPaired(false);
      Contestant c =
          new Contestant(name, job.engines().make(source.schema(), labels), own, freezeAfter);
      all.add(c);
      return c;
    }

    void run() {
      boolean last = number == options.passes();
      try (PredictionFile file =
          last && predictions != null
              ? new PredictionFile(predictions, main.engine.schema())
              : null) {
        if (examiner != null) {
          examiner.begin();
        }
        if (memory != null) {
          for (Batch b : memory) {
            chunk(b, file);
          }
        } else {
          stream(file);
        }
      }
      if (last && atStop != null) {
        atStop.accept(this);
      }
      for (Contestant c : all) {
        c.finish();
      }
    }

    private void stream(PredictionFile file) {
      if (resume != null) {
        source.seek(Evaluator.position(resume));
      }
      try (ReadAhead ahead = new ReadAhead(source, CHUNK, options.limit())) {
        for (Batch b = ahead.next(); b != null; b = ahead.next()) {
          chunk(b, file);
        }
      }
    }

    private void chunk(Batch batch, PredictionFile file) {
      for (Contestant c : all) {
        Outcomes out = c.run(batch, batch.size());
        if (c == main && file != null) {
          file.take(out);
        }
        if (c == main && examiner != null) {
          examiner.take(out, main.events());
        }
      }
      if (meter != null && number == options.passes()) {
        measure(batch);
      }
      progress.accept(progress());
    }

    private void measure(Batch batch) {
      long events = main.events();
      if (events / every > measured / every) {
        importance.add(meter.measure(main.engine.model(), source.schema(), batch, events));
      }
      measured = events;
    }

    private Progress progress() {
      double nearNow = rolling(near);
      double frozenNow = rolling(frozen);
      double now = rolling(main);
      List<Evaluation.Drift> fresh = main.drifts.since(driftsTold);
      driftsTold = main.drifts.size();
      return new Progress(
          number,
          options.passes(),
          main.events(),
          main.scores.labels,
          now,
          rolling[1],
          rolling[2],
          nearNow,
          frozenNow,
          main.effort.seconds(),
          main.engine.modelBytes(),
          fresh,
          main.drifts.total());
    }

    private double rolling(Contestant c) {
      if (c == null) {
        return Double.NaN;
      }
      c.scores.rolling(rolling);
      return rolling[0];
    }

    Evaluation result(List<Double> seconds) {
      Results results = new Results(job, options, source);
      Evaluation e = results.of(main, job.labels(), seconds);
      Evaluation n = near == null ? null : results.of(near, late(), List.of());
      Evaluation f = frozen == null ? null : results.of(frozen, job.labels(), List.of());
      double ahead = (n == null ? e : n).metrics().getOrDefault("accuracy", Double.NaN);
      return e.with(
          n,
          shift,
          f,
          meter == null ? null : List.copyOf(importance),
          examiner == null ? null : examiner.result(ahead));
    }

    @Override
    public Schema schema() {
      return source.schema();
    }

    @Override
    public Source.Position position() {
      return source.position();
    }

    @Override
    public org.freshet.core.Learner model() {
      return main.engine.model();
    }

    @Override
    public void save(StateWriter out) {
      StateWriter at = out.child("position");
      at.put("record", source.position().record());
      at.put("fingerprint", source.position().fingerprint());
      out.put("near-future-shift", Math.max(0, shift));
      for (Contestant c : all) {
        c.save(out.child(c.name));
      }
    }

    @Override
    public void close() {
      for (Contestant c : all) {
        c.close();
      }
    }
  }
}
