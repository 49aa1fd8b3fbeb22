package org.freshet.processor;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.Writer;
import java.util.Set;
import java.util.TreeSet;
import javax.annotation.processing.Filer;
import javax.tools.StandardLocation;
import org.freshet.core.component.ComponentProvider;

/**
 * The list of providers of a module. A compiler that sees only changed sources must not lose the
 * others, so entries already there stay as long as their provider and its component exist.
 */
final class ServiceFile {
  private static final String PATH = "META-INF/services/" + ComponentProvider.class.getName();

  private final Filer filer;

  ServiceFile(Filer filer) {
    this.filer = filer;
  }

  void add(Set<String> providers) throws IOException {
    Set<String> all = new TreeSet<>(providers);
    for (String old : existing()) {
      if (compiled(old)
          && compiled(old.substring(0, old.length() - "Provider".length()).replace('_', '$'))) {
        all.add(old);
      }
    }
    try (Writer out = filer.createResource(StandardLocation.CLASS_OUTPUT, "", PATH).openWriter()) {
      for (String name : all) {
        out.write(name + "\n");
      }
    }
  }

  private Set<String> existing() {
    Set<String> names = new TreeSet<>();
    try (Reader in = filer.getResource(StandardLocation.CLASS_OUTPUT, "", PATH).openReader(true);
        BufferedReader lines = new BufferedReader(in)) {
      lines.lines().map(String::strip).filter(l -> l.endsWith("Provider")).forEach(names::add);
    } catch (IOException none) {
      return names;
    }
    return names;
  }

  private boolean compiled(String className) {
    int dot = className.lastIndexOf('.');
    String in = dot < 0 ? "" : className.substring(0, dot);
    try (InputStream found =
        filer
            .getResource(StandardLocation.CLASS_OUTPUT, in, className.substring(dot + 1) + ".class")
            .openInputStream()) {
      return found.read() >= 0;
    } catch (IOException | IllegalArgumentException missing) {
      return false;
    }
  }
}
