package org.freshet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.freshet.core.component.Parameter;
import org.freshet.core.component.Suggest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The page of one component. */
@Command(
    name = "show",
    description = "Explain one component: what it does, its parameters, its source.")
final class ShowCommand implements Runnable {
  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "NAME",
      description = "A component's name, as 'freshet list' shows it.")
  String name;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    ComponentProvider c =
        Components.find(name)
            .or(() -> Components.all().stream().filter(p -> p.name().equals(name)).findFirst())
            .orElseThrow(this::unknown);
    if (json) {
      printJson(c);
    } else {
      printText(c);
    }
  }

  private ConfigException unknown() {
    String hint =
        Suggest.didYouMean(name, Components.all().stream().map(ComponentProvider::name).toList());
    return new ConfigException(
        "",
        "unknown component '"
            + name
            + "'"
            + (hint.isEmpty() ? "; 'freshet list' shows what there is" : hint));
  }

  private void printText(ComponentProvider c) {
    PrintStream out = console.out();
    out.println(
        c.name()
            + "  ("
            + String.join(", ", c.kinds().stream().map(Object::toString).toList())
            + "; family "
            + c.family()
            + ")");
    out.println();
    out.println(c.documentation().strip());
    out.println();
    if (c.parameters().isEmpty()) {
      out.println("Parameters: none");
    } else {
      out.println("Parameters");
    }
    for (Parameter p : c.parameters()) {
      out.println(
          "  "
              + p.name()
              + " = "
              + ComponentPages.defaultOf(p)
              + "   ("
              + ComponentPages.allowed(p)
              + ")");
      print("      ", p.meaning());
      if (p.origin() != null && !p.origin().isEmpty()) {
        print("      ", "Default from: " + p.origin());
      }
    }
    List<String> traits = c.traits().stream().map(ComponentPages::word).sorted().toList();
    if (!traits.isEmpty()) {
      out.println();
      out.println("Traits: " + String.join(", ", traits));
    }
  }

  /** Wraps at words. */
  private void print(String indent, String text) {
    int width = Math.max(40, Math.min(console.width(), 100)) - indent.length();
    StringBuilder line = new StringBuilder();
    for (String word : text.strip().split("\\s+")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        console.out().println(indent + line);
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    console.out().println(indent + line);
  }

  private void printJson(ComponentProvider c) {
    try (JsonGenerator out = new JsonFactory().createGenerator(console.out())) {
      out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      out.useDefaultPrettyPrinter();
      ComponentPages.json(c, true, out);
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
