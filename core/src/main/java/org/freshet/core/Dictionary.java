package org.freshet.core;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of the categories of a column, numbered 0, 1, … in declared order, then in order of first
 * appearance. Open: {@link #code} adds a name it has not seen. Bounded: at the limit new names are
 * answered by {@link #FULL} and counted, so that a free-text column cannot fill the memory.
 *
 * <p>One thread adds; any thread that got a code handed over safely may ask for its name.
 */
public final class Dictionary {
  /** The most names a dictionary takes unless told otherwise. */
  public static final int DEFAULT_LIMIT = 1 << 20;

  /** Answer of {@link #code} for a new name when the dictionary is full. */
  public static final int FULL = -1;

  private final Map<String, Integer> codes = new HashMap<>();
  private volatile String[] names = new String[8];
  private volatile int size;
  private final int declared;
  private final int limit;
  private long refused;

  public Dictionary() {
    this(List.of(), DEFAULT_LIMIT);
  }

  public Dictionary(List<String> declared) {
    this(declared, DEFAULT_LIMIT);
  }

  /**
   * @param declared names known from the start, in the order of their codes, without repetition
   * @param limit the most names it takes, at least the number declared
   */
  public Dictionary(List<String> declared, int limit) {
    this.limit = Math.max(limit, declared.size());
    for (String name : declared) {
      if (find(name) >= 0) {
        throw new SchemaException("category '" + name + "' is declared twice");
      }
      code(name);
    }
    this.declared = size;
  }

  /** The code of a name, added when new; {@link #FULL} when new and the limit is reached. */
  public int code(String name) {
    Integer known = codes.get(name);
    if (known != null) {
      return known;
    }
    if (size >= limit) {
      refused++;
      return FULL;
    }
    String[] a = names;
    if (size == a.length) {
      a = Arrays.copyOf(a, 2 * a.length);
    }
    a[size] = name;
    names = a;
    codes.put(name, size);
    return size++;
  }

  /**
   * Takes over the names of a saved dictionary, in the order of their codes, so that codes mean
   * what they meant. Names known here already must be the first of them, or all of them and more.
   *
   * @throws SchemaException when a code would mean another name
   */
  public void restore(List<String> saved) {
    for (int i = 0; i < saved.size(); i++) {
      if (i < size && !names[i].equals(saved.get(i))) {
        throw new SchemaException(
            "category number " + i + " is '" + names[i] + "', it was '" + saved.get(i) + "'");
      }
      if (i >= size && code(saved.get(i)) != i) {
        throw new SchemaException(
            "category number "
                + i
                + " '"
                + saved.get(i)
                + "' repeats or exceeds the limit "
                + limit);
      }
    }
  }

  /** The code of a name, or -1 when it is not known; adds nothing. */
  public int find(String name) {
    Integer known = codes.get(name);
    return known == null ? -1 : known;
  }

  /** The name of a code in 0 … size-1. */
  public String name(int code) {
    return names[code];
  }

  public int size() {
    return size;
  }

  /** How many names were declared at the start; the others appeared in the stream. */
  public int declared() {
    return declared;
  }

  public int limit() {
    return limit;
  }

  /** How often a new name was refused because the dictionary was full. */
  public long refused() {
    return refused;
  }

  /** All names in the order of their codes. */
  public List<String> names() {
    return List.of(Arrays.copyOf(names, size));
  }

  @Override
  public String toString() {
    return "Dictionary" + names();
  }
}
