package org.freshet.learn.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.freshet.core.Features;
import org.freshet.core.Rng;
import org.freshet.core.Row;
import org.freshet.core.Schema;
import org.freshet.core.Transformer;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/** Drives a transformer event by event. */
final class Steps {
  private Steps() {}

  static Transformer make(String spec, Schema schema) {
    return Components.create(Spec.parse(spec), Build.of(schema), Transformer.class);
  }

  static Features transform(Transformer t, Features x) {
    Row out = Row.of(t.output());
    out.begin(x);
    t.transform(x, out);
    return out.view();
  }

  static double[] transform(Transformer t, double... x) {
    Features y = transform(t, Features.of(x));
    double[] values = new double[y.width()];
    y.copyTo(values, 0);
    return values;
  }

  /** Transforms an event and then learns it. */
  static double[] step(Transformer t, double... x) {
    double[] y = transform(t, x);
    t.learn(Features.of(x));
    return y;
  }

  private static Features random(Schema schema, Rng rng, int width) {
    double[] v = new double[width];
    int[] index = new int[width];
    int n = 0;
    for (int i = 0; i < width; i++) {
      boolean there = rng.nextInt(4) > 0;
      boolean category = i < schema.width() && schema.column(i).isCategory();
      double x = category ? rng.nextInt(schema.column(i).dictionary().size()) : rng.nextGaussian();
      if (schema.isSparse()) {
        index[n] = i;
        v[n] = x;
        n += there ? 1 : 0;
      } else {
        v[i] = there ? x : Double.NaN;
      }
    }
    return schema.isSparse() ? Features.sparse(index, v, n, width) : Features.of(v);
  }

  private static void learn(Transformer t, Rng rng, Features x) {
    t.learn(x);
    t.label(x, rng.nextInt(2));
  }

  /**
   * A transformer restored after 100 events writes the same bits and the same state as one that
   * went on.
   */
  static void assertRestores(String spec, Schema schema, int width) {
    Rng rng = new Rng(3);
    Transformer t = make(spec, schema);
    for (int i = 0; i < 100; i++) {
      learn(t, rng, random(schema, rng, width));
    }
    Transformer other = make(spec, schema);
    other.load(StateReader.open("test", state(t)));
    assertThat(other.memoryBytes()).isBetween(t.memoryBytes() * 9 / 10, t.memoryBytes() * 11 / 10);
    for (int i = 0; i < 100; i++) {
      Features x = random(schema, rng, width);
      assertThat(transform(other, x).toString()).isEqualTo(transform(t, x).toString());
      int label = rng.nextInt(2);
      for (Transformer each : new Transformer[] {t, other}) {
        each.learn(x);
        each.label(x, label);
      }
    }
    assertThat(state(other)).isEqualTo(state(t));
  }

  static byte[] state(Transformer t) {
    StateWriter out = new StateWriter();
    t.save(out);
    return out.toBytes();
  }

  static void assertAllocatesNothing(String spec, Schema schema) {
    Rng rng = new Rng(3);
    Transformer t = make(spec, schema);
    Row out = Row.of(t.output());
    Features[] xs = new Features[64];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = random(schema, rng, schema.width());
      events(t, out, xs);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Features[] full = xs;
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 200; i++) {
      events(t, out, full);
    }
    long bytes = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(bytes).as(spec + ": bytes for 12,800 events").isLessThan(4096);
  }

  private static void events(Transformer t, Row out, Features[] xs) {
    for (int i = 0; i < xs.length && xs[i] != null; i++) {
      out.begin(xs[i]);
      t.transform(xs[i], out);
      t.learn(xs[i]);
      t.label(xs[i], i & 1);
    }
  }
}
