package org.freshet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.freshet.core.ConfigException;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Suggest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what is on the class path. */
@Command(
    name = "list",
    description = "List the components: learners, detectors, transformers, sources.")
final class ListCommand implements Runnable {
  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "KIND|FAMILY",
      description = "Only this kind (classifier, source, ...) or family (tree, drift, ...).")
  String only;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ListCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    List<ComponentProvider> chosen = new ArrayList<>(chosen());
    chosen.sort(
        Comparator.comparing((ComponentProvider c) -> c.kinds().get(0))
            .thenComparing(ComponentProvider::family));
    if (json) {
      printJson(chosen);
    } else {
      printText(chosen);
    }
  }

  private Collection<ComponentProvider> chosen() {
    Collection<ComponentProvider> all = Components.all();
    if (only == null) {
      return all;
    }
    List<ComponentProvider> fitting =
        all.stream()
            .filter(
                c ->
                    c.family().equals(only)
                        || c.kinds().stream().anyMatch(k -> k.toString().equals(only)))
            .toList();
    if (fitting.isEmpty()) {
      TreeSet<String> words = new TreeSet<>();
      all.forEach(
          c -> {
            words.add(c.family());
            c.kinds().forEach(k -> words.add(k.toString()));
          });
      String hint = Suggest.didYouMean(only, words);
      throw new ConfigException(
          "",
          "no kind or family '"
              + only
              + "'"
              + (hint.isEmpty() ? "; there are " + String.join(", ", words) : hint));
    }
    return fitting;
  }

  private void printText(List<ComponentProvider> chosen) {
    int name = chosen.stream().mapToInt(c -> Components.page(c).length()).max().orElse(0);
    int family = chosen.stream().mapToInt(c -> c.family().length()).max().orElse(0);
    Kind kind = null;
    for (ComponentProvider c : chosen) {
      Kind own = c.kinds().get(0);
      if (own != kind) {
        String several = own.toString().replaceFirst("y$", "ie") + "s";
        console.out().println((kind == null ? "" : System.lineSeparator()) + several);
        kind = own;
      }
      String line =
          String.format("  %-" + name + "s  %-" + family + "s  ", Components.page(c), c.family());
      console.out().println(line + cut(ComponentPages.summary(c), console.width() - line.length()));
    }
    console.out().println();
    console.out().println("'freshet show NAME' explains one of them.");
  }

  private static String cut(String s, int width) {
    return s.length() <= width || width < 20 ? s : s.substring(0, width - 1).stripTrailing() + "…";
  }

  private void printJson(List<ComponentProvider> chosen) {
    try (JsonGenerator out = new JsonFactory().createGenerator(console.out())) {
      out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      out.useDefaultPrettyPrinter();
      out.writeStartArray();
      for (ComponentProvider c : chosen) {
        ComponentPages.json(c, false, out);
      }
      out.writeEndArray();
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
