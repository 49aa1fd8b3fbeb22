package org.freshet.streams.input;

import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;

/** Columns whose type the user declared, whatever the sample says. */
public record Declared(List<String> numeric, List<String> categorical, List<String> text) {

  /**
   * The columns by their names and samples.
   *
   * @throws ConfigException with every declared column that does not exist
   */
  public List<TableColumn> columns(String where, List<String> names, List<ColumnSample> samples) {
    TableColumn.Type[] types = new TableColumn.Type[names.size()];
    for (int i = 0; i < types.length; i++) {
      types[i] = samples.get(i).type();
    }
    List<Fault> faults = new ArrayList<>();
    set(types, TableColumn.Type.NUMBER, "numeric", numeric, names, where, faults);
    set(types, TableColumn.Type.CATEGORY, "categorical", categorical, names, where, faults);
    set(types, TableColumn.Type.TEXT, "text", text, names, where, faults);
    if (!faults.isEmpty()) {
      throw new ConfigException(BadRecord.oneLine(faults));
    }
    List<TableColumn> columns = new ArrayList<>();
    for (int i = 0; i < types.length; i++) {
      columns.add(TableColumn.of(names.get(i), types[i], samples.get(i).hasMissing()));
    }
    return columns;
  }

  private static void set(
      TableColumn.Type[] types,
      TableColumn.Type type,
      String parameter,
      List<String> given,
      List<String> names,
      String where,
      List<Fault> faults) {
    for (String column : given) {
      int i = Roles.find(column, names);
      if (i < 0) {
        faults.add(
            new Fault(
                where,
                "there is no column '"
                    + column
                    + "' for '"
                    + parameter
                    + "'"
                    + Roles.hint(column, names)));
      } else {
        types[i] = type;
      }
    }
  }
}
