package org.freshet.streams.input;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Suggest;

/**
 * Which columns are not plain features. A column is given by its name, or its number counted from
 * 1; null where there is none.
 *
 * @param label name, number, {@code last} or {@code none}; several columns are parted by commas
 * @param ignore columns to leave out
 */
public record Roles(
    String label,
    Task task,
    String id,
    String time,
    String labelTime,
    String key,
    String weight,
    List<String> ignore) {
  /** What {@link #label} says when the last column is meant. */
  public static final String LAST = "last";

  /** What {@link #label} says when there is no label. */
  public static final String NONE = "none";

  public boolean hasLabel() {
    return !NONE.equals(label);
  }

  /** The columns of the label: one, unless several are parted by commas. */
  public List<String> labels(List<String> columns) {
    if (!hasLabel()) {
      return List.of();
    }
    if (LAST.equals(label) && !columns.contains(LAST)) {
      return List.of("" + columns.size());
    }
    if (find(label, columns) >= 0 || !label.contains(",")) {
      return List.of(label);
    }
    return List.of(label.split("\\s*,\\s*"));
  }

  /** What a column is for. */
  public enum Role {
    FEATURE,
    LABEL,
    ID,
    TIME,
    LABEL_TIME,
    KEY,
    WEIGHT,
    IGNORED
  }

  /**
   * The role of each column.
   *
   * @param where the source's name, for messages
   * @throws ConfigException with every column that does not exist or has two roles
   */
  public Role[] assign(String where, List<String> columns) {
    Role[] roles = new Role[columns.size()];
    List<Fault> faults = new ArrayList<>();
    Map<Role, String> given = new LinkedHashMap<>();
    given.put(Role.ID, id);
    given.put(Role.TIME, time);
    given.put(Role.LABEL_TIME, labelTime);
    given.put(Role.KEY, key);
    given.put(Role.WEIGHT, weight);
    labels(columns).forEach(column -> set(roles, Role.LABEL, column, where, columns, faults));
    given.forEach((role, column) -> set(roles, role, column, where, columns, faults));
    ignore.forEach(column -> set(roles, Role.IGNORED, column, where, columns, faults));
    if (!faults.isEmpty()) {
      throw new ConfigException(BadRecord.oneLine(faults));
    }
    for (int i = 0; i < roles.length; i++) {
      roles[i] = roles[i] == null ? Role.FEATURE : roles[i];
    }
    return roles;
  }

  private static void set(
      Role[] roles,
      Role role,
      String column,
      String where,
      List<String> columns,
      List<Fault> faults) {
    if (column == null) {
      return;
    }
    String parameter =
        role == Role.IGNORED ? "ignore" : role.name().toLowerCase(java.util.Locale.ROOT);
    int i = find(column, columns);
    if (i < 0) {
      faults.add(
          new Fault(
              where,
              "there is no column '"
                  + column
                  + "' for '"
                  + parameter
                  + "'"
                  + hint(column, columns)));
    } else if (roles[i] != null && roles[i] != role) {
      faults.add(
          new Fault(
              where,
              "column '"
                  + columns.get(i)
                  + "' is given for '"
                  + parameter
                  + "' and for '"
                  + roles[i].name().toLowerCase(java.util.Locale.ROOT)
                  + "'; a column has one role"));
    } else {
      roles[i] = role;
    }
  }

  /** Index of a column by name or number, or -1. */
  public static int find(String column, List<String> columns) {
    int i = columns.indexOf(column);
    if (i < 0 && column.matches("[1-9]\\d{0,6}")) {
      int n = Integer.parseInt(column);
      return n <= columns.size() ? n - 1 : -1;
    }
    return i;
  }

  /** What to do about a column that is not there. */
  public static String hint(String column, List<String> columns) {
    String near = column.matches("\\d+") ? "" : Suggest.didYouMean(column, columns);
    if (!near.isEmpty()) {
      return near;
    }
    int shown = Math.min(columns.size(), 12);
    return "; there are "
        + columns.size()
        + ": "
        + String.join(", ", columns.subList(0, shown))
        + (shown < columns.size() ? ", …" : "");
  }
}
