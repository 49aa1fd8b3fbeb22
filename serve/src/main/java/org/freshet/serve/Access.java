package org.freshet.serve;

import java.util.List;
import java.util.Locale;

/** Who may use a route, where there are tokens. */
public enum Access {
  /** Everybody. */
  OPEN,
  /** Who has a token, whatever its rights. */
  ANY,
  /** Push events and ask for predictions. */
  PREDICT,
  /** Push labels and answer questions. */
  LABEL,
  /** Promote, roll back, pause, make snapshots, drain. */
  ADMIN;

  /** What a token can give. */
  public static final List<Access> RIGHTS = List.of(PREDICT, LABEL, ADMIN);

  /**
   * A right by its name in files and on the command line.
   *
   * @return null when there is none of the name
   */
  public static Access right(String name) {
    return RIGHTS.stream().filter(r -> r.toString().equals(name)).findFirst().orElse(null);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
