package org.freshet.runtime.contest;

import java.util.ArrayList;
import java.util.List;

/**
 * The commands by which people, and the runtime when time is short, change who answers: {@code
 * promote NAME}, {@code rollback}, {@code publish NOTE}, {@code fallback on} and {@code fallback
 * off}.
 */
final class Commands {
  private static final String PROMOTE = "promote ";
  private static final String PUBLISH = "publish ";

  private final Roster roster;
  private final Throne throne;

  Commands(Roster roster, Throne throne) {
    this.roster = roster;
    this.throne = throne;
  }

  /** Why a command cannot be done, in a line; null when it can. */
  String refuses(String command) {
    if (command.startsWith(PUBLISH)) {
      return null;
    }
    if (command.startsWith(PROMOTE)) {
      String name = command.substring(PROMOTE.length());
      int k = roster.find(name);
      return k < 0 || k == roster.fallback
          ? "there is no challenger '%s'; there are %s".formatted(name, challengers())
          : k == throne.champion() ? "'" + name + "' is the champion" : null;
    }
    return switch (command) {
      case "rollback" -> throne.hasBefore() ? null : "no champion came before this one";
      case "fallback on", "fallback off" ->
          roster.fallback >= 0 ? null : "the pipeline names no fallback in 'limits'";
      default ->
          "unknown command '%s', expected promote NAME, rollback, rollback N, publish NOTE, fallback on or fallback off"
              .formatted(command);
    };
  }

  private List<String> challengers() {
    List<String> names = new ArrayList<>(roster.names());
    names.removeIf(name -> !throne.challenges(roster.find(name)));
    return names;
  }

  /** Does a command; one that is refused does nothing. */
  void run(String command) {
    if (refuses(command) != null) {
      return;
    }
    long event = roster.main().events();
    if (command.startsWith(PUBLISH)) {
      throne.publish(event, command.substring(PUBLISH.length()));
    } else if (command.startsWith(PROMOTE)) {
      throne.promote(roster.find(command.substring(PROMOTE.length())), event, "by hand");
    } else if (command.equals("rollback")) {
      throne.back(event);
    } else {
      throne.fall(command.endsWith("on"), event);
    }
  }
}
