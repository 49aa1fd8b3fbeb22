package org.freshet.serve.meter;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.freshet.engine.ExpertCounts;
import org.freshet.engine.Outcomes;

/**
 * How often experts were right, by the labels that came, since the start. Filled by the pipeline's
 * thread; of answers whose labels have not come the last {@value #MOST} are kept.
 */
final class ExpertScore {
  private static final int MOST = 100_000;

  private record Answer(String expert, int label) {}

  private record Share(long right, long judged) {}

  private final Map<Long, Answer> waiting = new LinkedHashMap<>();
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  /** Takes in what rows brought. */
  void add(ExpertCounts experts, Outcomes out) {
    for (int i = 0; i < out.calls(); i++) {
      Answer a = new Answer(experts.name(out.callExpert(i)), out.callLabel(i));
      if (Double.isNaN(out.callTruth(i))) {
        keep(out.callEvent(i), a);
      } else {
        judge(a, out.callTruth(i));
      }
    }
    for (int i = 0; i < out.labels() && !waiting.isEmpty(); i++) {
      Answer a = waiting.remove(out.labelEvent(i));
      if (a != null) {
        judge(a, out.label(i));
      }
    }
  }

  private void keep(long event, Answer a) {
    waiting.put(event, a);
    if (waiting.size() > MOST) {
      Iterator<Long> oldest = waiting.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void judge(Answer a, double truth) {
    int right = a.label == (int) truth ? 1 : 0;
    shares.merge(
        a.expert, new Share(right, 1), (x, y) -> new Share(x.right + y.right, x.judged + 1));
  }

  /** Share of an expert's answers that were right; NaN where none is judged. On any thread. */
  double accuracy(String expert) {
    Share s = shares.get(expert);
    return s == null ? Double.NaN : (double) s.right / s.judged;
  }
}
