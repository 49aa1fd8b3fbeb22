package org.freshet.engine.section;

import org.freshet.core.ConfigException;
import org.freshet.core.KeyTable;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;

/**
 * Where the model lives: one for all events unless given. Exactly one of {@code per}, {@code
 * partitioned}, {@code by_member} and {@code merged}; the line is the same wherever the file runs.
 *
 * <p>{@code per} and {@code partitioned} say which models there are: one for each key, or one for
 * each part of the keys, divided by a hash. A single process keeps the same models, and answers the
 * same. {@code by_member} says how an ensemble is divided among processes, and changes no answer.
 * {@code merged} says how many copies of the model learn apart, and how often they are brought
 * together; a single process has one model, which learns everything, unless {@code over} says where
 * it meets others: then its model is one of the copies, under a {@code name} of its own.
 *
 * <pre>{@code
 * place: { per: device_id, models: 100000, ttl: 30d }
 * place: { per: key, keyed_labels: true }
 * place: { partitioned: device_id, parts: 8 }
 * place: { by_member: 4 }
 * place: { merged: 4, every: 1000 }
 * place: { merged: 3, every: 1000, over: { kafka: { topic: models } }, name: edge-7 }
 * }</pre>
 */
@Component(name = "place", kinds = Kind.SECTION, family = "pipeline_file")
public final class PlaceSection implements Section {
  public record Parameters(
      @Param(
              value = "Column with one model for each of its values; 'key' is the event's key.",
              def = "none")
          String per,
      @Param(
              value =
                  "Column whose values are divided by a hash into parts with one model each; 'key'"
                      + " is the event's key.",
              def = "none")
          String partitioned,
      @Param(
              value = "Parts of 'partitioned', each with one model.",
              def = "4",
              range = "[1, 1000000]",
              unit = "parts",
              origin = "models must not depend on how many processes there are")
          int parts,
      @Param(
              value = "Groups into which the members of an ensemble are divided; 0 for none.",
              def = "0",
              range = "[0, 1024]",
              unit = "groups",
              origin = "one process")
          int byMember,
      @Param(
              value = "Copies of the model that learn apart and are merged; 0 for none.",
              def = "0",
              range = "[0, 1024]",
              unit = "copies",
              origin = "one process")
          int merged,
      @Param(
              value = "Events, of all copies together, or time between two merges of 'merged'.",
              def = "1000 events",
              origin = "docs/results/merged.md")
          Span every,
      @Param(
              value =
                  "Where processes meet that each run one of the copies of 'merged'; none for copies"
                      + " of one job.",
              def = "none",
              kind = Kind.EXCHANGE)
          Spec over,
      @Param(
              value =
                  "Name of this process among those that meet, no other's; 'run' needs it, 'merge'"
                      + " does not.",
              def = "none")
          String name,
      @Param(
              value = "Models in memory; beyond it the least recently used go to the disk.",
              def = "100000",
              range = "[1, inf)",
              unit = "models",
              origin = "small models in a gigabyte")
          long models,
      @Param(
              value =
                  "Event time after which a key of 'per' that did not learn is forgotten; none for"
                      + " never.",
              def = "none",
              origin = "memory is bounded without it")
          Span ttl,
      @Param(
              value =
                  "Whether labels that come by records of their own carry the key of their event."
                      + " Then no task of a cluster has to know the ids of all events, if the"
                      + " columns declare their categories and the label its classes.",
              def = "false",
              origin = "a label need only name its event")
          boolean keyedLabels) {

    /** Whether it is one of the processes that meet. */
    public boolean meets() {
      return over != null;
    }

    /** Whether there is a model for each key, or for each part of them. */
    public boolean keyed() {
      return per != null || partitioned != null;
    }

    /**
     * The column that says which model; 'key' is the event's key, null where there is one model.
     */
    public String column() {
      return per != null ? per : partitioned;
    }

    /** Which of the models of 'partitioned' a key belongs to. */
    public int part(String key) {
      return KeyTable.part(key, parts);
    }
  }

  private final Parameters parameters;

  public PlaceSection(Parameters parameters, Build build) {
    this.parameters = parameters;
    int ways =
        (parameters.per() == null ? 0 : 1)
            + (parameters.partitioned() == null ? 0 : 1)
            + (parameters.byMember() == 0 ? 0 : 1)
            + (parameters.merged() == 0 ? 0 : 1);
    if (ways != 1) {
      throw new ConfigException(
          "",
          (ways == 0 ? "says nowhere" : "says " + ways + " places")
              + ", expected exactly one of per, partitioned, by_member and merged");
    }
    if (parameters.every() == null || parameters.every().length() == 0) {
      throw new ConfigException(
          "", "'every' is " + parameters.every() + ", expected events or a time such as 10s");
    }
    if (parameters.over() != null && parameters.merged() == 0) {
      throw new ConfigException(
          "", "'over' is of the copies of 'merged', which is not given; say how many there are");
    }
    if (parameters.name() != null && !parameters.name().matches("[A-Za-z0-9_.-]{1,64}")) {
      throw new ConfigException(
          "",
          "'name' is '"
              + parameters.name()
              + "', expected up to 64 letters, digits, _, . and -, as in edge-7");
    }
    if (parameters.name() != null && parameters.over() == null) {
      throw new ConfigException("", "'name' is of processes that meet, which needs 'over'");
    }
    if (parameters.keyedLabels() && !parameters.keyed()) {
      throw new ConfigException(
          "",
          "'keyed_labels' goes with 'per' or 'partitioned', none of which is given; leave it out");
    }
    if (parameters.ttl() != null && parameters.per() == null) {
      throw new ConfigException(
          "", "'ttl' is of the keys of 'per', which is not given; leave it out");
    }
    StateSection.time("ttl", parameters.ttl(), "30d");
  }

  public Parameters parameters() {
    return parameters;
  }
}
