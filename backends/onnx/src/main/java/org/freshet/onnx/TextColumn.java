package org.freshet.onnx;

import java.util.List;
import org.freshet.core.Column;
import org.freshet.core.Schema;
import org.freshet.core.SchemaException;
import org.freshet.core.component.Suggest;

/** Which text column is meant. */
final class TextColumn {
  private TextColumn() {}

  /**
   * @param name the column, or null for the only one
   * @param component for messages
   */
  static int find(Schema schema, String name, String component) {
    List<String> texts =
        schema.columns().stream()
            .filter(c -> c.kind() == Column.Kind.TEXT)
            .map(Column::name)
            .toList();
    if (texts.isEmpty()) {
      throw new SchemaException(
          component
              + " reads a text column, but the rows have none; name it in 'text' of the source, and"
              + " put onnx_encoder before steps that use text up");
    }
    if (name == null && texts.size() > 1) {
      throw new SchemaException(
          component + " needs 'column': the text columns are " + String.join(", ", texts));
    }
    String wanted = name == null ? texts.get(0) : name;
    if (!texts.contains(wanted)) {
      String hint = Suggest.didYouMean(wanted, texts);
      throw new SchemaException(
          component
              + ": there is no text column '"
              + wanted
              + "'"
              + (hint.isEmpty() ? "; there is " + String.join(", ", texts) : hint));
    }
    return schema.indexOf(wanted);
  }
}
