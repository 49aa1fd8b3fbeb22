package org.freshet.connectors.flink;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.Schema;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Spec;
import org.freshet.engine.LabelPlan;
import org.freshet.engine.PipelineFile;
import org.freshet.streams.input.OnError;

/** What of a pipeline file a cluster can do, and where it differs from the single process. */
final class Distribution {
  private Distribution() {}

  /** The column whose values events are divided by, {@code key}, or null for one model. */
  static String keyColumn(PipelineFile file) {
    return file.live().place() == null ? null : file.live().place().column();
  }

  /** Into how many parts the members of an ensemble are divided; 0 for not. */
  static int members(PipelineFile file) {
    return file.live().place() == null ? 0 : file.live().place().byMember();
  }

  /** How many copies of the model learn apart; 0 for none. */
  static int copies(PipelineFile file) {
    return file.live().place() == null ? 0 : file.live().place().merged();
  }

  /** How many engines there are, if events can be divided among at most so many. */
  static int parts(PipelineFile file, int most) {
    if (members(file) > 0) {
      return members(file);
    }
    if (copies(file) > 0) {
      return copies(file);
    }
    return keyColumn(file) == null ? 1 : most;
  }

  static boolean isSource(Spec source) {
    return Components.find(source.name()).filter(p -> p.kinds().contains(Kind.SOURCE)).isPresent();
  }

  /**
   * Refuses sources that bring their records to one process; before they are opened.
   *
   * @throws ConfigException with all faults, each with its place
   */
  static void checkSources(PipelineFile file) {
    List<Fault> faults = new ArrayList<>();
    stream(file.source(), "source", faults);
    if (file.live().labelSource() != null) {
      stream(file.live().labelSource(), "labels.source", faults);
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }

  /**
   * Refuses what cannot be distributed.
   *
   * @throws ConfigException with all faults, each with its place
   */
  static void check(PipelineFile file, Schema schema, int parts) {
    List<Fault> faults = new ArrayList<>();
    for (Spec sink : file.live().sinks()) {
      if (!sink.name().equals("kafka") && !sink.name().equals("jsonl")) {
        faults.add(
            at(
                sink,
                "the sink '"
                    + sink.name()
                    + "' has no form on Flink; use kafka or jsonl, and let a consumer of the topic"
                    + " write there"));
      }
    }
    if (schema.isSparse()) {
      faults.add(
          at(
              file.source(),
              "its rows are sparse, which the job does not carry; run it in one process"));
    }
    if (schema.hasTruths()) {
      faults.add(
          at(
              file.source(),
              "its events have several outputs, which the job does not carry; run it in one process"));
    }
    letters(file.source(), faults);
    letters(file.live().labelSource(), faults);
    live(file, faults);
    if (members(file) == 0 && parts > 1) {
      labels(file.labels(), faults);
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }

  private static Fault at(Spec of, String message) {
    return new Fault(of.where().toString(), message);
  }

  private static void stream(Spec source, String what, List<Fault> faults) {
    if (source == null) {
      faults.add(new Fault(what, "is missing; say where the events come from"));
    } else if (!isSource(source) && !source.name().equals("kafka")) {
      faults.add(
          at(
              source,
              "'"
                  + source.name()
                  + "' brings its records to one process; on a cluster they come from kafka, or"
                  + " from a file that every task manager can read"));
    }
  }

  private static void letters(Spec source, List<Fault> faults) {
    if (source == null || !source.name().equals("kafka")) {
      return;
    }
    try (var feed = KafkaStream.feed(source)) {
      if (feed.parameters().onError() == OnError.DEAD_LETTER) {
        faults.add(
            at(
                source,
                "'on_error: dead_letter' writes from one process; on a cluster use skip, which"
                    + " counts bad records in 'bad_records' and logs each with its topic, partition"
                    + " and offset, or fail"));
      }
    }
  }

  private static void live(PipelineFile file, List<Fault> faults) {
    if (!file.live().challengers().isEmpty()) {
      faults.add(
          new Fault(
              "challengers",
              "are promoted by one process that sees all answers; run each as a job of its own, or"
                  + " 'freshet run'"));
    }
    if (file.live().limits().fallback() != null) {
      faults.add(
          new Fault(
              "limits.fallback",
              "steps in when one process is late; on a cluster add task slots, or 'freshet run'"));
    }
    if (file.live().place() != null && file.live().place().meets()) {
      faults.add(
          at(
              file.live().place().over(),
              "'over' is where single processes meet; the copies of a job meet in its job manager:"
                  + " leave 'over' and 'name' out"));
    }
    if (file.live().queue() != null) {
      faults.add(
          new Fault("labels.queue", "is kept by one process; use 'freshet run' for questions"));
    }
  }

  /**
   * Refuses what would be scored otherwise than by 'freshet evaluate'.
   *
   * @param engines among which the stream is divided
   */
  static void checkReplay(PipelineFile file, int engines) {
    List<Fault> faults = new ArrayList<>();
    if (!isSource(file.source())) {
      faults.add(
          at(
              file.source(),
              "has no end and no one order, so it cannot be evaluated; name a file or a generator"));
    }
    if (file.live().labelSource() != null) {
      faults.add(
          at(
              file.live().labelSource(),
              "brings labels in no fixed order with the events, so it cannot be evaluated; put"
                  + " labels into the events' stream"));
    }
    LabelPlan labels = file.labels();
    if (engines > 1
        && (labels.byLabelTime() || labels.delay().length() > 0 || labels.timeout() != null)) {
      faults.add(
          new Fault(
              labels.timeout() != null ? "labels.timeout" : "labels.delay",
              "goes by a clock that each part of a divided stream has of its own, so labels would be"
                  + " scored in another order; leave 'place' out, or use 'freshet evaluate'"));
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
  }

  private static void labels(LabelPlan plan, List<Fault> faults) {
    if (!plan.byLabelTime() && plan.delay().events() && plan.delay().length() > 0) {
      faults.add(
          new Fault(
              "labels.delay",
              "is "
                  + plan.delay()
                  + ", and each part of a divided stream would count its own; give a duration, or"
                  + " leave 'place' out"));
    }
    if (plan.ask() != null) {
      faults.add(
          new Fault(
              "labels.budget",
              "is kept by one process; each part of a divided stream would spend its own. Leave"
                  + " 'place' out, or the budget"));
    }
  }
}
