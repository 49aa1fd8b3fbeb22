package org.freshet.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.freshet.core.Batch;
import org.freshet.core.Classifier;
import org.freshet.core.FreshetException;
import org.freshet.core.Kernels;
import org.freshet.core.Learner;
import org.freshet.core.Regressor;
import org.freshet.core.Schema;
import org.freshet.core.Source;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Spec;
import org.freshet.testkit.HeapWalk;

/**
 * One learner under a limit of memory on a long stream: its heap is walked at checkpoints. Prints
 * one line, separated by tabs: learner, limit, events, the most bytes walked, the own count at that
 * point, the share of right answers (RMSE where the label is a number) and whether the limit held.
 *
 * <p>{@code MemoryRun SPEC LIMIT STREAM EVENTS SECONDS}; LIMIT such as 10MB goes to the parameter
 * {@code max_bytes} where the learner has it, and to the build in every case. A learner that is not
 * through after SECONDS of its thread's time stops there; the line says after how many events.
 * Walks and the making of events are outside that time. The exit code is 1 when the limit did not
 * hold.
 */
public final class MemoryRun {
  private static final int BLOCK = 1024;

  private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

  /** Walks while the stream runs, at equal distances; and one at the end. */
  private static final int CHECKPOINTS = 20;

  private final Schema schema;
  private final Learner learner;
  private final double[] answers;
  private long most;
  private long counted;
  private double sum;

  private MemoryRun(Schema schema, Learner learner) {
    this.schema = schema;
    this.learner = learner;
    this.answers = new double[BLOCK * Math.max(1, schema.declaredLabels())];
  }

  public static void main(String[] args) {
    if (args.length != 5) {
      System.err.println("usage: MemoryRun SPEC LIMIT STREAM EVENTS SECONDS");
      System.exit(2);
    }
    long limit = bytes(args[1]);
    try (Source source = DataSets.open(args[2], 1)) {
      MemoryRun run =
          new MemoryRun(source.schema(), make(args[0], args[1], limit, source.schema()));
      long events = run.drive(source, Long.parseLong(args[3]), Double.parseDouble(args[4]));
      boolean held = run.most <= limit;
      System.out.printf(
          Locale.ROOT,
          "%s\t%s\t%d\t%d\t%d\t%.5f\t%s%n",
          args[0],
          args[1],
          events,
          run.most,
          run.counted,
          run.score(events),
          held ? "held" : "EXCEEDED");
      System.exit(held ? 0 : 1);
    } catch (FreshetException e) {
      System.err.println(args[0] + ": " + e.getMessage());
      System.exit(2);
    }
  }

  /** The learner with the limit, alone on one thread. */
  private static Learner make(String text, String limit, long bytes, Schema schema) {
    Spec spec = Spec.parse(text);
    boolean own =
        Components.find(spec.name()).stream()
            .flatMap(p -> p.parameters().stream())
            .map(Parameter::name)
            .anyMatch("max_bytes"::equals);
    Spec limited = own ? Spec.parse(with(text, "max_bytes=" + limit)) : spec;
    Build build = new Build(schema, 1, new Workers(1), bytes);
    return OurSide.make(limited, build);
  }

  private static String with(String text, String parameter) {
    return text.endsWith(")")
        ? text.substring(0, text.length() - 1) + ", " + parameter + ")"
        : text + "(" + parameter + ")";
  }

  private static long bytes(String size) {
    String n = size.replace("MB", "");
    return Long.parseLong(n) << 20;
  }

  private long drive(Source source, long events, double seconds) {
    Batch batch = new Batch(schema, BLOCK);
    long step = Math.max(BLOCK, events / CHECKPOINTS);
    long next = step;
    long done = 0;
    double left = seconds * 1e9;
    while (done < events && left > 0) {
      int n = source.read(batch, (int) Math.min(BLOCK, events - done));
      if (n == 0) {
        break;
      }
      long start = CPU.getCurrentThreadCpuTime();
      learn(batch, n);
      left -= CPU.getCurrentThreadCpuTime() - start;
      done += n;
      if (done >= next) {
        walk();
        next += step;
      }
    }
    walk();
    return done;
  }

  private void learn(Batch batch, int n) {
    if (learner instanceof Regressor g) {
      g.testThenLearn(batch, 0, n, answers);
      for (int r = 0; r < n; r++) {
        double miss = answers[r] - batch.label(r);
        sum += miss * miss;
      }
      return;
    }
    int stride = schema.declaredLabels();
    double[] one = new double[stride];
    ((Classifier) learner).testThenLearn(batch, 0, n, answers, stride);
    for (int r = 0; r < n; r++) {
      System.arraycopy(answers, r * stride, one, 0, stride);
      sum += Kernels.argmax(one, stride) == batch.labelCode(r) ? 1 : 0;
    }
  }

  private void walk() {
    long bytes = HeapWalk.bytes(learner);
    if (bytes > most) {
      most = bytes;
      counted = learner.memoryBytes();
    }
  }

  private double score(long events) {
    return learner instanceof Regressor ? Math.sqrt(sum / events) : sum / events;
  }
}
