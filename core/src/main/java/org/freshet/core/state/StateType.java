package org.freshet.core.state;

/** Types of an entry; the order is the format and never changes. */
enum StateType {
  LONG(8),
  DOUBLE(8),
  STRING(1),
  BYTES(1),
  INTS(4),
  LONGS(8),
  FLOATS(4),
  DOUBLES(8);

  final int width;

  StateType(int width) {
    this.width = width;
  }

  boolean isFloating() {
    return this == DOUBLE || this == FLOATS || this == DOUBLES;
  }

  static final StateType[] ALL = values();
}
