package org.freshet.runtime.watch;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;

/**
 * The profile of the columns learnt so far: how often each misses, the range of its numbers, its
 * categories. At the end of a window of events there is an alarm for each column that has more
 * missing values than usual, or more values that were never in the range, or categories never seen,
 * by more than one in a hundred and ten at least. Ranges and categories are judged after {@value
 * #WARM} windows: of values that are alike in all windows, fewer than ten then lie beyond the range
 * in all but one of ten million.
 */
final class ProfileWatch {
  private static final int WARM = 4;

  private final List<Column> columns;
  private final int window;
  private final double[] low;
  private final double[] high;
  private final double[] nextLow;
  private final double[] nextHigh;
  private final BitSet[] known; // categories; null for a number
  private final BitSet[] more;
  private final ShareWatch[] missing;
  private final ShareWatch[] strange;
  private int seen;
  private long windows;

  ProfileWatch(List<Column> columns, int window) {
    this.columns = columns;
    this.window = window;
    int n = columns.size();
    low = filled(n, Double.POSITIVE_INFINITY);
    high = filled(n, Double.NEGATIVE_INFINITY);
    nextLow = low.clone();
    nextHigh = high.clone();
    known = new BitSet[n];
    more = new BitSet[n];
    missing = new ShareWatch[n];
    strange = new ShareWatch[n];
    for (int c = 0; c < n; c++) {
      missing[c] = new ShareWatch();
      strange[c] = new ShareWatch();
      if (columns.get(c).isCategory()) {
        known[c] = new BitSet();
        more[c] = new BitSet();
      }
    }
  }

  private static double[] filled(int n, double value) {
    double[] a = new double[n];
    Arrays.fill(a, value);
    return a;
  }

  void add(Features x, Findings out) {
    for (int c = 0; c < low.length; c++) {
      double v = x.get(c);
      if (Double.isNaN(v)) {
        missing[c].count++;
      } else if (known[c] != null) {
        int code = (int) v;
        if (code >= 0 && !known[c].get(code)) {
          strange[c].count++;
          more[c].set(code);
        }
      } else if (v < low[c] || v > high[c]) {
        strange[c].count++;
        nextLow[c] = Math.min(nextLow[c], v);
        nextHigh[c] = Math.max(nextHigh[c], v);
      }
    }
    if (++seen == window) {
      end(out);
    }
  }

  private void end(Findings out) {
    seen = 0;
    windows++;
    for (int c = 0; c < low.length; c++) {
      String of = columns.get(c).name();
      missing[c].end("missing", of, window, windows == 1, out);
      boolean warm = windows <= WARM;
      strange[c].end(known[c] == null ? "out_of_range" : "new_category", of, window, warm, out);
      if (windows == WARM && known[c] == null) {
        strange[c].usual = 0; // ranges were just beginning
      }
      if (known[c] != null) {
        known[c].or(more[c]);
        more[c].clear();
      } else {
        low[c] = Math.min(low[c], nextLow[c]);
        high[c] = Math.max(high[c], nextHigh[c]);
      }
    }
  }

  long memoryBytes() {
    long bytes = 200 + 112L * low.length;
    for (int c = 0; c < low.length; c++) {
      bytes += known[c] == null ? 0 : (known[c].size() + more[c].size()) / 8;
    }
    return bytes;
  }

  void save(StateWriter out) {
    out.put("seen", seen);
    out.put("windows", windows);
    out.put("low", low);
    out.put("high", high);
    out.put("next-low", nextLow);
    out.put("next-high", nextHigh);
    shares(out.child("missing"), missing);
    shares(out.child("strange"), strange);
    for (int c = 0; c < low.length; c++) {
      if (known[c] != null) {
        out.put("known." + c, known[c].toLongArray());
        out.put("more." + c, more[c].toLongArray());
      }
    }
  }

  private static void shares(StateWriter out, ShareWatch[] all) {
    out.put("usual", Arrays.stream(all).mapToDouble(s -> s.usual).toArray());
    out.put("count", Arrays.stream(all).mapToInt(s -> s.count).toArray());
    out.put("raised", Arrays.stream(all).mapToInt(s -> s.raised ? 1 : 0).toArray());
  }

  void load(StateReader in) {
    seen = in.intValue("seen", 0, window - 1);
    windows = in.longValue("windows", 0, Long.MAX_VALUE);
    int n = low.length;
    System.arraycopy(in.doubles("low", n), 0, low, 0, n);
    System.arraycopy(in.doubles("high", n), 0, high, 0, n);
    System.arraycopy(in.doubles("next-low", n), 0, nextLow, 0, n);
    System.arraycopy(in.doubles("next-high", n), 0, nextHigh, 0, n);
    loadShares(in.child("missing"), missing);
    loadShares(in.child("strange"), strange);
    for (int c = 0; c < n; c++) {
      if (known[c] != null) {
        known[c] = BitSet.valueOf(in.longs("known." + c));
        more[c] = BitSet.valueOf(in.longs("more." + c));
      }
    }
  }

  private static void loadShares(StateReader in, ShareWatch[] all) {
    double[] usual = in.doubles("usual", all.length);
    int[] count = in.ints("count", all.length);
    int[] raised = in.ints("raised", all.length);
    for (int c = 0; c < all.length; c++) {
      all[c].usual = usual[c];
      all[c].count = count[c];
      all[c].raised = raised[c] == 1;
    }
  }
}
