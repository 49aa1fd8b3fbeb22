package org.freshet.engine.section;

import org.freshet.core.ConfigException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Section;
import org.freshet.core.component.Span;

/**
 * Where a live pipeline keeps what it knows, and what an answered event survives.
 *
 * <p>The folder holds the journal (every record in the order in which it was consumed), the
 * snapshots and the registry of versions. After a crash the newest good snapshot is loaded and the
 * journal behind it is replayed: the state is the same bit for bit.
 *
 * <pre>{@code
 * state: { directory: state/, every: 30s, keep: 3, durability: machine }
 * }</pre>
 */
@Component(name = "state", kinds = Kind.SECTION, family = "pipeline_file")
public final class StateSection implements Section {
  /** What an answered event survives. */
  public enum Durability {
    /** A crash of the process: the journal was handed to the operating system. */
    PROCESS,
    /** A crash of the machine: the journal was written to the disk. */
    MACHINE
  }

  public record Parameters(
      @Param(value = "Folder of journal and snapshots.", def = "state") String directory,
      @Param(value = "Time between snapshots.", def = "30s", origin = "replay of half a minute")
          Span every,
      @Param(
              value = "Snapshots kept; the journal goes back to the oldest of them.",
              def = "3",
              range = "[1, 1000]",
              origin = "two to fall back to")
          int keep,
      @Param(
              value = "Versions whose models are kept, to go back to.",
              def = "10",
              range = "[1, 1000]",
              origin = "a model is small beside a snapshot")
          int versions,
      @Param(
              value = "What an answered event survives: a crash of the process, or of the machine.",
              def = "process",
              origin = "waiting for the disk costs milliseconds an event")
          Durability durability,
      @Param(
              value = "Whether the journal is kept whole, so that everything can be replayed.",
              def = "false",
              origin = "the disk is finite")
          boolean keepJournal) {}

  private final Parameters parameters;

  public StateSection(Parameters parameters, Build build) {
    this.parameters = parameters;
    time("every", parameters.every(), "30s");
  }

  /** Refuses a number of events, and no time at all. */
  static void time(String name, Span given, String such) {
    if (given != null && (given.events() || given.length() == 0)) {
      throw new ConfigException(
          "", "'" + name + "' is " + given + ", expected a time such as " + such);
    }
  }

  public Parameters parameters() {
    return parameters;
  }
}
