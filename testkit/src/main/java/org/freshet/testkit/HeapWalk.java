package org.freshet.testkit;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freshet.core.Column;
import org.freshet.core.Dictionary;
import org.freshet.core.DriftLog;
import org.freshet.core.Schema;
import org.freshet.core.Workers;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;

/**
 * Bytes of heap that are reached from an object, as a 64-bit JVM with compressed references lays
 * them out (header 12, reference 4, array header 16, aligned to 8).
 *
 * <p>Fields are read by reflection where that is open: in classes outside the JDK. JDK collections
 * and strings are counted by their public content and their usual layout. Not counted, because they
 * are shared or not the learner's: schemas, columns, dictionaries, builds, workers, specifications
 * and recipes, the drift log (whoever drives the learner clears it), enum constants and classes.
 */
public final class HeapWalk {
  private static final List<Class<?>> SHARED =
      List.of(
          Schema.class,
          Column.class,
          Dictionary.class,
          Build.class,
          Workers.class,
          Spec.class,
          Components.Recipe.class,
          DriftLog.class,
          Enum.class,
          Class.class,
          Thread.class,
          ClassLoader.class);

  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> todo = new ArrayDeque<>();
  private long bytes;

  private HeapWalk() {}

  public static long bytes(Object root) {
    HeapWalk walk = new HeapWalk();
    walk.push(root);
    while (!walk.todo.isEmpty()) {
      walk.visit(walk.todo.pop());
    }
    return walk.bytes;
  }

  private void push(Object o) {
    boolean shared = o == null || SHARED.stream().anyMatch(c -> c.isInstance(o));
    if (!shared && seen.add(o)) {
      todo.push(o);
    }
  }

  private void visit(Object o) {
    Class<?> c = o.getClass();
    if (c.isArray()) {
      array(o, c.getComponentType());
    } else if (o instanceof String s) {
      bytes += 24 + aligned(16 + s.length());
    } else if (o instanceof Map<?, ?> map) {
      bytes += 48 + aligned(16 + 6L * map.size()) + 32L * map.size();
      map.keySet().forEach(this::push);
      map.values().forEach(this::push);
    } else if (o instanceof Collection<?> all) {
      boolean list = o instanceof ArrayList || o instanceof ArrayDeque;
      bytes += 24 + aligned(16 + 5L * all.size()) + (list ? 0 : 32L * all.size());
      all.forEach(this::push);
    } else {
      object(o, c);
    }
  }

  private void array(Object array, Class<?> element) {
    int n = Array.getLength(array);
    bytes += aligned(16 + (long) n * width(element));
    if (!element.isPrimitive()) {
      for (int i = 0; i < n; i++) {
        push(Array.get(array, i));
      }
    }
  }

  private void object(Object o, Class<?> type) {
    long size = 12;
    for (Class<?> c = type; c != null; c = c.getSuperclass()) {
      for (Field f : c.getDeclaredFields()) {
        if (Modifier.isStatic(f.getModifiers())) {
          continue;
        }
        size += width(f.getType());
        if (!f.getType().isPrimitive() && !c.getName().startsWith("java.")) {
          push(read(f, o));
        }
      }
    }
    bytes += aligned(size);
  }

  private static Object read(Field f, Object o) {
    try {
      f.setAccessible(true);
      return f.get(o);
    } catch (IllegalAccessException closed) {
      throw new IllegalStateException("cannot read " + f, closed);
    }
  }

  private static int width(Class<?> type) {
    if (type == long.class || type == double.class) {
      return 8;
    }
    if (type == short.class || type == char.class) {
      return 2;
    }
    return type == byte.class || type == boolean.class ? 1 : 4;
  }

  private static long aligned(long n) {
    return (n + 7) & ~7L;
  }
}
