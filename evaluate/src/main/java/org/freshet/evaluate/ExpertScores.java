package org.freshet.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.ExpertCounts;
import org.freshet.engine.Outcomes;

/**
 * Judges the answers of experts by the true labels, when these come. Answers whose label is still
 * missing after a million further questions are given up.
 */
final class ExpertScores {
  private static final int MOST = 1_000_000;

  private record Answer(int expert, int label) {}

  private final Map<Long, Answer> waiting = new LinkedHashMap<>();
  private long[] judged = new long[1];
  private long[] right = new long[1];

  /** Takes in what a call of the engine brought. */
  void take(Outcomes out) {
    for (int i = 0; i < out.calls(); i++) {
      Answer a = new Answer(out.callExpert(i), out.callLabel(i));
      if (!Double.isNaN(out.callTruth(i))) {
        judge(a, out.callTruth(i)); // the label was faster than the answer
        continue;
      }
      waiting.put(out.callEvent(i), a);
      if (waiting.size() > MOST) {
        Iterator<Long> oldest = waiting.keySet().iterator();
        oldest.next();
        oldest.remove();
      }
    }
    if (waiting.isEmpty()) {
      return;
    }
    for (int i = 0; i < out.labels(); i++) {
      Answer a = waiting.remove(out.labelEvent(i));
      if (a != null) {
        judge(a, out.label(i));
      }
    }
  }

  private void judge(Answer a, double truth) {
    room(a.expert + 1);
    judged[a.expert]++;
    right[a.expert] += a.label == (int) truth ? 1 : 0;
  }

  private void room(int experts) {
    if (experts > judged.length) {
      judged = Arrays.copyOf(judged, experts);
      right = Arrays.copyOf(right, experts);
    }
  }

  /**
   * @param counts null for a model that asks none
   */
  ExpertUse result(ExpertCounts counts, long events) {
    if (counts == null) {
      return null;
    }
    room(counts.experts());
    List<ExpertUse.One> each = new ArrayList<>();
    for (int i = 0; i < counts.experts(); i++) {
      each.add(
          new ExpertUse.One(
              counts.name(i),
              counts.calls(i),
              counts.useless(i),
              counts.cost(i),
              counts.tokens(i),
              counts.nanos(i),
              judged[i] + counts.graded(i),
              right[i] + counts.quality(i)));
    }
    return new ExpertUse(events, List.copyOf(each));
  }

  void save(StateWriter out) {
    out.put("judged", judged);
    out.put("right", right);
    long[] events = new long[waiting.size()];
    int[] experts = new int[events.length];
    int[] labels = new int[events.length];
    int n = 0;
    for (Map.Entry<Long, Answer> e : waiting.entrySet()) {
      events[n] = e.getKey();
      experts[n] = e.getValue().expert;
      labels[n++] = e.getValue().label;
    }
    out.put("events", events);
    out.put("experts", experts);
    out.put("labels", labels);
  }

  void load(StateReader in) {
    judged = in.longs("judged");
    right = in.longs("right", judged.length);
    long[] events = in.longs("events");
    int[] experts = in.ints("experts", events.length);
    int[] labels = in.ints("labels", events.length);
    waiting.clear();
    for (int i = 0; i < events.length; i++) {
      if (experts[i] < 0 || experts[i] > 1 << 20 || labels[i] < -1) {
        throw in.corrupt("experts", "has " + experts[i] + " with the answer " + labels[i]);
      }
      waiting.put(events[i], new Answer(experts[i], labels[i]));
    }
  }
}
