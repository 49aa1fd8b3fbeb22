package org.freshet.testkit;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.Schema.Target;
import org.freshet.core.Trait;
import org.freshet.core.component.Kind;

/** Which sample streams suit a component, by its traits. */
final class SampleStreams {
  /** A strategy sees what its learner takes, which may be any row. */
  private static final Set<Trait> ROWS =
      EnumSet.of(Trait.NUMERIC, Trait.CATEGORICAL, Trait.MISSING, Trait.SPARSE, Trait.TEXT);

  private SampleStreams() {}

  static List<SampleStream> of(Kind kind, Set<Trait> traits) {
    return switch (kind) {
      case CLASSIFIER, TRANSFORMER -> labelled(traits, Target.CLASS, kind);
      case REGRESSOR -> labelled(traits, Target.NUMBER, kind);
      case MULTI_LABEL_CLASSIFIER -> labelled(traits, Target.LABELS, kind);
      case MULTI_TARGET_REGRESSOR -> labelled(traits, Target.NUMBERS, kind);
      case ANOMALY_SCORER, CLUSTERER -> labelled(traits, Target.NONE, kind);
      case QUERY_STRATEGY -> labelled(ROWS, Target.CLASS, kind);
      case DRIFT_DETECTOR -> List.of(stream("numbers", Target.NUMBER, 0, 0));
      default -> List.of();
    };
  }

  private static List<SampleStream> labelled(Set<Trait> traits, Target target, Kind kind) {
    List<SampleStream> all = new ArrayList<>();
    boolean numeric = traits.contains(Trait.NUMERIC);
    int categories = traits.contains(Trait.CATEGORICAL) ? 2 : 0;
    boolean missing = traits.contains(Trait.MISSING);
    if (numeric) {
      all.add(stream("numeric rows", target, 4, 0));
    }
    if (categories > 0) {
      all.add(stream("rows with categories", target, numeric ? 3 : 0, categories));
    }
    if (missing) {
      SampleStream s = stream("rows with missing values", target, numeric ? 3 : 0, categories);
      all.add(
          new SampleStream(
              s.name(), target, s.numeric(), s.categories(), 0, false, true, 2, s.declared()));
    }
    if (traits.contains(Trait.SPARSE)) {
      all.add(new SampleStream("sparse rows", target, 0, 0, 0, true, false, 2, declared(target)));
    }
    if (traits.contains(Trait.TEXT)) {
      all.add(
          new SampleStream(
              "rows with text", target, numeric ? 2 : 0, 0, 1, false, false, 2, declared(target)));
    }
    if (kind == Kind.CLASSIFIER && !all.isEmpty()) {
      all.add(all.get(0).withClasses(3, 3));
      if (traits.contains(Trait.OPEN_LABELS)) {
        all.add(all.get(0).withClasses(3, 0));
      }
    }
    return all;
  }

  private static SampleStream stream(String name, Target target, int numeric, int categories) {
    return new SampleStream(
        name, target, numeric, categories, 0, false, false, 2, declared(target));
  }

  private static int declared(Target target) {
    return target == Target.CLASS ? 2 : 0;
  }
}
