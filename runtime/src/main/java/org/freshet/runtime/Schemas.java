package org.freshet.runtime;

import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.SavedSchema;

/** Copies of schemas: dictionaries have one owner. */
final class Schemas {
  private Schemas() {}

  static Schema copy(Schema schema) {
    StateWriter out = new StateWriter();
    SavedSchema.save(schema, out);
    return SavedSchema.load(StateReader.open("schema", out.toBytes()));
  }
}
