package org.freshet.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.freshet.core.ConfigException;
import org.freshet.core.Learner;
import org.freshet.core.Pipeline;
import org.freshet.core.Schema;
import org.freshet.core.state.StateReader;
import org.freshet.engine.Engine;
import org.freshet.engine.ask.AskPlan;
import org.freshet.learn.rule.RuleSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells what a snapshot holds. */
@Command(name = "inspect", description = "Tell what a snapshot holds; checks it whole.")
final class InspectCommand implements Runnable {
  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SNAPSHOT",
      description =
          "A file written by 'evaluate --save', the state folder of a live pipeline, or a file in it.")
  Path file;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Option(names = "--entries", description = "Also list every entry.")
  boolean all;

  @Option(
      names = "--tree",
      paramLabel = "AS",
      description = "Draw the tree, or a member of the forest, as text, json or svg.")
  String tree;

  @Option(
      names = "--member",
      paramLabel = "N|PATH",
      description =
          "Which tree --tree draws: a number from 0 (default: 0), or its path, such as 'learner/tree 3'.")
  String member;

  @Option(
      names = "--importance",
      description = "Print the share of each column in the gain of all splits of the trees.")
  boolean importance;

  @Option(
      names = "--rules",
      description = "Print the rules of a model that has them, one a line, the default one last.")
  boolean rules;

  InspectCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (Files.isDirectory(file) || LiveState.isSnapshot(file)) {
      LiveState live = new LiveState(file);
      console.out().print(json ? live.json() : live.text());
      return;
    }
    Snapshot s = Snapshot.read(file);
    if (rules) {
      printRules(s);
      return;
    }
    if (tree != null || member != null) {
      draw(s);
      return;
    }
    if (importance) {
      weigh(s);
      return;
    }
    Map<String, Object> facts = facts(s);
    if (json) {
      printJson(s, facts);
      return;
    }
    PrintStream out = console.out();
    facts.forEach((name, value) -> out.println(String.format("%-10s  %s", name, value)));
    if (all) {
      out.println();
      StateReader entries = s.whole().reader();
      entries.paths().forEach(path -> out.println("  " + path + "  " + entries.describe(path)));
    }
  }

  private void draw(Snapshot s) {
    if (tree == null) {
      throw new ConfigException("--member", "belongs to --tree; give '--tree text' too");
    }
    try (Engine engine = s.engine()) {
      SavedTrees trees = new SavedTrees(engine.model(), s.whole().schema(), "--tree");
      console.out().print(trees.draw(member == null ? "0" : member, tree));
    }
  }

  private void weigh(Snapshot s) {
    Map<String, Double> shares;
    try (Engine engine = s.engine()) {
      shares = new SavedTrees(engine.model(), s.whole().schema(), "--importance").importance();
    }
    if (!json) {
      shares.entrySet().stream()
          .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
          .forEach(
              e ->
                  console
                      .out()
                      .println(
                          String.format(
                              Locale.ROOT, "%6.2f %%  %s", 100 * e.getValue(), e.getKey())));
      return;
    }
    try (JsonGenerator out = new JsonFactory().createGenerator(console.out())) {
      out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      out.useDefaultPrettyPrinter();
      out.writeStartObject();
      out.writeObjectFieldStart("split_gain");
      for (Map.Entry<String, Double> e : shares.entrySet()) {
        out.writeNumberField(e.getKey(), e.getValue());
      }
      out.writeEndObject();
      out.writeEndObject();
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void printRules(Snapshot s) {
    try (Engine engine = s.engine()) {
      Learner model = engine.model();
      Learner last = model instanceof Pipeline p ? p.learner() : model;
      if (!(last instanceof RuleSet set)) {
        throw new ConfigException(
            "--rules", "needs a model that ends in rules: amrules or decision_rules");
      }
      console.out().print(set.rules());
    }
  }

  private Map<String, Object> facts(Snapshot s) {
    Map<String, Object> f = new java.util.LinkedHashMap<>();
    f.put("file", file.toString());
    f.put("bytes", s.whole().bytes());
    f.put("state", s.whole().verdict());
    f.put("written", s.whole().about("written"));
    f.put("freshet", s.whole().about("freshet"));
    f.put(
        "java",
        s.whole().about("java")
            + ", "
            + s.whole().about("machine")
            + ", kernels "
            + s.whole().about("kernels"));
    f.put("stream", s.setup().stream());
    f.put("source", s.setup().source());
    if (s.isVersion()) {
      StateReader of = s.whole().run();
      f.put("version", of.string("name"));
      f.put("why", of.string("why"));
      f.put("position", of.longValue("entry"));
      f.put("events", of.longValue("event"));
      f.put("recent", Double.toString(of.doubleValue("recent")));
    } else {
      f.put("position", s.run().child("position").longValue("record"));
      f.put("events", s.run().child("model").child("engine").longValue("events"));
    }
    f.put("model", s.setup().pipeline());
    f.put("parameters", s.whole().parameters());
    f.put("seed", s.setup().seed());
    f.put("delay", s.setup().labels());
    AskPlan ask = s.setup().labels().ask();
    if (ask != null) {
      f.put("budget", ask.budget());
      f.put("ask", ask.strategy());
    }
    Schema schema = s.whole().schema();
    f.put("columns", schema.isSparse() ? "sparse" : schema.width());
    f.put(
        "label",
        schema.labelName()
            + (schema.labels() == null
                ? ", a number"
                : ", a class of "
                    + schema.labels().size()
                    + ": "
                    + brief(schema.labels().names())));
    f.put("schema", String.format("%016x", schema.fingerprint()));
    return f;
  }

  private static String brief(java.util.List<String> names) {
    int shown = Math.min(8, names.size());
    return String.join(", ", names.subList(0, shown)) + (shown < names.size() ? ", …" : "");
  }

  private void printJson(Snapshot s, Map<String, Object> facts) {
    try (JsonGenerator out = new JsonFactory().createGenerator(console.out())) {
      out.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      out.useDefaultPrettyPrinter();
      out.writeStartObject();
      for (Map.Entry<String, Object> e : facts.entrySet()) {
        if (e.getValue() instanceof Number n) {
          out.writeNumberField(e.getKey(), n.longValue());
        } else {
          out.writeStringField(e.getKey(), e.getValue().toString());
        }
      }
      if (all) {
        out.writeObjectFieldStart("entries");
        for (String path : s.whole().reader().paths()) {
          out.writeStringField(path, s.whole().reader().describe(path));
        }
        out.writeEndObject();
      }
      out.writeEndObject();
      out.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
