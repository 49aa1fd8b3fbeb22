package org.freshet.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.freshet.core.Dictionary;

/**
 * How good a service's answers are, by someone who knows the truth: a line for each window, and at
 * the end what each change of the stream did.
 */
final class LiveScore {
  /** Counted together; windows and phases are made of these. */
  static final int BLOCK = 500;

  private final PrintStream out;
  private final Dictionary labels;
  private final String wanted; // the rare one of two classes; null where there are more
  private final int window; // blocks
  private final long[] changes;
  private final List<int[]> blocks =
      new ArrayList<>(); // right, wanted, found, others, false alarms
  private int[] now = new int[5];
  private int filled;
  private final List<Long> requests = new ArrayList<>();
  private int told; // changes
  private int lines; // that were printed, or passed over

  /**
   * @param events of a line, rounded to blocks
   * @param changes numbers of the events at which the stream changes
   */
  LiveScore(PrintStream out, Dictionary labels, long events, long[] changes) {
    this.out = out;
    this.labels = labels;
    this.wanted = labels.declared() == 2 ? labels.name(1) : null;
    this.window = (int) Math.max(1, Math.min(1000, events / BLOCK));
    this.changes = changes;
    out.println(
        wanted == null
            ? "     time     events   labels   right   slowest 1 %"
            : String.format(
                "     time     events   labels   right   %s found   false alarms   slowest 1 %%",
                wanted));
  }

  /** An answer to an event. */
  void answer(int truth, String predicted) {
    boolean right = labels.name(truth).equals(predicted);
    now[0] += right ? 1 : 0;
    if (wanted != null) {
      boolean said = wanted.equals(predicted);
      now[truth == 1 ? 1 : 3]++;
      now[truth == 1 ? 2 : 4] += said ? 1 : 0;
    }
    if (++filled == BLOCK) {
      blocks.add(now);
      now = new int[5];
      filled = 0;
    }
  }

  void request(long nanos) {
    requests.add(nanos);
  }

  /** Says what is new; called after each request. */
  void tell(double seconds, long events, long labelled) {
    if (events > 0 && told < changes.length && events > changes[told]) {
      out.printf(Locale.ROOT, "  --- event %,d: the stream changes ---%n", changes[told++]);
    }
    int line = blocks.size() / window;
    if (line == lines || requests.isEmpty()) {
      return;
    }
    lines = line;
    int[] s = sum((line - 1) * window, line * window);
    long[] times = requests.stream().mapToLong(Long::longValue).sorted().toArray();
    requests.clear();
    String slow =
        String.format(Locale.ROOT, "%8.1f ms", times[times.length - 1 - times.length / 100] / 1e6);
    String head =
        String.format(
            Locale.ROOT,
            "  %4d:%04.1f %,10d %,8d %5.1f %%",
            (int) seconds / 60,
            seconds % 60,
            events,
            labelled,
            100.0 * s[0] / (window * BLOCK));
    out.println(
        wanted == null
            ? head + " " + slow
            : head
                + String.format(
                    Locale.ROOT,
                    "   %" + (wanted.length() + 4) + ".1f %%   %10.1f %%   %s",
                    share(s[2], s[1]),
                    share(s[4], s[3]),
                    slow));
    out.flush();
  }

  private static double share(int part, int of) {
    return of == 0 ? 0 : 100.0 * part / of;
  }

  private int[] sum(int from, int to) {
    int[] s = new int[5];
    for (int[] b : blocks.subList(Math.max(0, from), Math.max(0, to))) {
      for (int i = 0; i < s.length; i++) {
        s[i] += b[i];
      }
    }
    return s;
  }

  /** Before and after each change, and at the end. */
  void end() {
    out.println();
    long from = 0;
    for (long change : changes) {
      int at = (int) (change / BLOCK);
      if (change % BLOCK == 0 && at > 0 && at + 4 <= blocks.size()) {
        phase(
            "the last 5,000 before event " + String.format("%,d", change),
            Math.max(from, at - 10),
            at);
        phase("the first 2,000 behind it", at, at + 4);
        from = at;
      }
    }
    phase("the last 5,000", Math.max(from, blocks.size() - 10), blocks.size());
  }

  private void phase(String what, long from, int to) {
    int n = (to - (int) from) * BLOCK;
    if (n <= 0) {
      return;
    }
    int[] s = sum((int) from, to);
    out.printf(Locale.ROOT, "  %-34s %5.1f %% right", what, share(s[0], n));
    if (wanted != null) {
      out.printf(Locale.ROOT, ", %5.1f %% of %s found", share(s[2], s[1]), wanted);
    }
    out.println();
  }
}
