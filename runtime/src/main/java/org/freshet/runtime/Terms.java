package org.freshet.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.freshet.core.component.Spec;
import org.freshet.engine.FullSpec;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.LiveSettings.Challenger;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.ask.AskPlan;
import org.freshet.engine.section.LimitsSection;
import org.freshet.engine.section.PlaceSection;
import org.freshet.engine.section.PromoteSection;
import org.freshet.runtime.contest.Contest;

/**
 * Under which terms models run: which there are, by what rule one takes the other's place, and what
 * memory they share. Part of the state, because the file may say something else at the next start,
 * and what was answered before must be replayed as it was; a change is an entry of the journal.
 *
 * @param models the file's pipeline first, the fallback stage last
 * @param memory bytes, 0 for no limit
 * @param inFlight questions to experts that may wait for their answers
 * @param asks which labels are asked for, as {@link AskPlan#texts} writes it; null for what the
 *     file says, as it was before this was part of the terms
 * @param member null where its models are its own
 */
record Terms(
    List<Model> models,
    PromoteSection.Parameters promote,
    long memory,
    int inFlight,
    List<String> asks,
    Member member) {
  /**
   * It is one of several processes whose models are merged.
   *
   * @param copies how many there are
   * @param name its own
   */
  record Member(int copies, String name) {
    static Member of(PlaceSection.Parameters place) {
      return place == null || !place.meets() ? null : new Member(place.merged(), place.name());
    }
  }

  /**
   * @param pipeline with all defaults
   */
  record Model(String name, String pipeline) {
    static Model of(String name, Spec spec) {
      return new Model(name, FullSpec.of(spec).toString());
    }

    Spec spec() {
      return Spec.parse(pipeline);
    }
  }

  Terms {
    models = List.copyOf(models);
    asks = asks == null ? null : List.copyOf(asks);
  }

  /** Those a file names. */
  static Terms of(PipelineFile file) {
    List<Model> models = new ArrayList<>();
    models.add(Model.of(Contest.MAIN, file.pipeline()));
    for (Challenger c : file.live().challengers()) {
      models.add(Model.of(c.name(), c.pipeline()));
    }
    if (file.live().limits().fallback() != null) {
      models.add(Model.of(Contest.FALLBACK, file.live().limits().fallback()));
    }
    LimitsSection.Parameters limits = file.live().limits();
    List<String> asks = AskPlan.texts(file.labels().ask());
    return new Terms(
        models,
        file.live().promote(),
        limits.memory(),
        limits.inFlight(),
        asks,
        Member.of(file.live().place()));
  }

  /** The file's plan for labels, those asked for by these terms. */
  LabelPlan labels(PipelineFile file) {
    return asks == null ? file.labels() : file.labels().withAsk(AskPlan.parse(asks));
  }

  /** As lines of words, for a command. */
  String text() {
    StringBuilder s = new StringBuilder();
    s.append("promote ")
        .append(promote.window())
        .append(' ')
        .append(promote.significance())
        .append(' ')
        .append(promote.negativeFlips())
        .append(' ')
        .append(promote.automatic())
        .append("\nmemory ")
        .append(memory)
        .append("\nin_flight ")
        .append(inFlight);
    if (member != null) {
      s.append("\nmerged ").append(member.copies()).append(' ').append(member.name());
    }
    for (Model m : models) {
      s.append("\nmodel ").append(m.name()).append(' ').append(m.pipeline());
    }
    for (String ask : asks == null ? List.<String>of() : asks) {
      s.append("\nask ").append(ask);
    }
    if (asks != null && asks.isEmpty()) {
      s.append("\nask");
    }
    return s.toString();
  }

  /**
   * Reads {@link #text}.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Terms parse(String text) {
    List<Model> models = new ArrayList<>();
    PromoteSection.Parameters promote = null;
    long memory = -1;
    List<String> asks = null;
    Member member = null;
    int inFlight = LimitsSection.IN_FLIGHT;
    for (String line : text.split("\n", -1)) {
      String[] words =
          line.split(" ", line.startsWith("model ") ? 3 : line.startsWith("ask ") ? 2 : -1);
      switch (words[0] + words.length) {
        case "model3" -> models.add(new Model(words[1], words[2]));
        case "ask1" -> asks = new ArrayList<>();
        case "ask2" -> {
          asks = asks == null ? new ArrayList<>() : asks;
          asks.add(words[1]);
        }
        case "memory2" -> memory = Long.parseLong(words[1]);
        case "in_flight2" -> inFlight = Integer.parseInt(words[1]);
        case "merged3" -> member = new Member(Integer.parseInt(words[1]), words[2]);
        case "promote5" ->
            promote =
                new PromoteSection.Parameters(
                    Integer.parseInt(words[1]),
                    Double.parseDouble(words[2]),
                    Double.parseDouble(words[3]),
                    Boolean.parseBoolean(words[4]));
        default -> throw new IllegalArgumentException("'" + line + "' is no term");
      }
    }
    if (promote == null || memory < 0 || models.isEmpty()) {
      throw new IllegalArgumentException("'" + text + "' lacks terms");
    }
    if (asks != null) {
      AskPlan.parse(asks);
    }
    return new Terms(models, promote, memory, inFlight, asks, member);
  }

  /** What is otherwise than before, in words. */
  List<String> since(Terms before) {
    List<String> changes = new ArrayList<>();
    for (Model m : models) {
      Model was = before.find(m.name());
      if (was == null) {
        changes.add("'" + m.name() + "' is new and has learnt nothing yet");
      } else if (!was.equals(m)) {
        boolean goesOn = FullSpec.sameButExperts(was.pipeline(), m.pipeline());
        changes.add(
            "'"
                + m.name()
                + (goesOn
                    ? "' chooses among other experts and keeps what it learnt of those it had"
                    : "' is another pipeline and has learnt nothing yet"));
      }
    }
    for (Model m : before.models()) {
      if (find(m.name()) == null) {
        changes.add("'" + m.name() + "' is retired");
      }
    }
    if (!promote.equals(before.promote)) {
      changes.add("the rule of promotion is another");
    }
    if (memory != before.memory) {
      changes.add("the limit of memory is another");
    }
    if (inFlight != before.inFlight) {
      changes.add("the limit of questions in flight is another");
    }
    if (!Objects.equals(member, before.member)) {
      changes.add(
          member == null
              ? "its model is no longer merged with those of others"
              : "its model is one of " + member.copies() + " that are merged");
    }
    if (asks != null && before.asks != null && !asks.equals(before.asks)) {
      changes.add(AskPlan.since(AskPlan.parse(before.asks), AskPlan.parse(asks)));
    }
    if (changes.isEmpty() && asks != null && before.asks == null) {
      return changes;
    }
    if (changes.isEmpty() && !equals(before)) {
      changes.add("the order of the models is another");
    }
    return changes;
  }

  private Model find(String name) {
    return models.stream().filter(m -> m.name().equals(name)).findFirst().orElse(null);
  }
}
