package org.freshet.cli;

import java.io.File;
import org.freshet.core.ConfigException;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Spec;
import org.freshet.core.component.Value;

/** What several commands check of the streams they are given. */
final class Streams {
  private Streams() {}

  /** Whether a source as specified never ends: it takes a number of events, and was given none. */
  static boolean isEndless(Spec source) {
    ComponentProvider c = Components.find(source.name()).orElse(null);
    if (c == null) {
      return false;
    }
    Parameter events =
        c.parameters().stream().filter(p -> p.name().equals("events")).findFirst().orElse(null);
    if (events == null || !"none".equals(events.def())) {
      return false;
    }
    if (source.values().containsKey("events") && source.values().get("events").raw() != null) {
      return false;
    }
    Spec last = lastNested(source);
    return last == null || isEndless(last);
  }

  /** The last stream inside, which a stream made of others ends with; null when there is none. */
  private static Spec lastNested(Spec source) {
    Spec last = null;
    for (Value v : source.values().values()) {
      for (Value e : v.elements()) {
        if (e.raw() instanceof Spec s) {
          last = s;
        }
      }
    }
    return last;
  }

  static void checkCount(String option, Long n) {
    if (n != null && n < 1) {
      throw new ConfigException(option, "is " + n + ", allowed 1 or more");
    }
  }

  static void checkSeed(long seed) {
    if (seed < 0) {
      throw new ConfigException("--seed", "is " + seed + ", allowed 0 or more");
    }
  }

  /** The reader for a file: by its name, else by its first lines; a folder may be a journal. */
  static String format(String path) {
    if (new File(path).isDirectory()) {
      return "journal";
    }
    return org.freshet.streams.Sources.format(path);
  }

  static void checkThreads(int n) {
    if (n < 1 || n > 256) {
      throw new ConfigException("--threads", "is " + n + ", allowed 1 to 256");
    }
  }
}
