package org.freshet.engine;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.ConfigException.Fault;
import org.freshet.core.component.Where;

/**
 * A YAML document as text with places: what a scalar means is left to the grammar of components, so
 * that a file and the command line agree. One document, no anchors, no tags, {@value #MAX_DEPTH}
 * levels.
 */
final class YamlTree {
  private static final int MAX_DEPTH = 64;
  private static final Pattern PLACE = Pattern.compile("line (\\d+), column (\\d+)");

  /** A part of the document. */
  sealed interface Node permits Scalar, Sequence, Mapping {
    Where where();
  }

  /** Text as written, quotes removed; {@code empty} for null. */
  record Scalar(String text, boolean empty, Where where) implements Node {
    /** Whether nothing was written, as behind a key at the end of its line. */
    boolean blank() {
      return empty || text.isBlank();
    }
  }

  record Sequence(List<Node> items, Where where) implements Node {}

  /** Entries in the order written. */
  record Mapping(Map<String, Entry> entries, Where where) implements Node {}

  /** A value and where its key is. */
  record Entry(Where key, Node value) {}

  private final String source;
  private final Where fixed;
  private final List<Fault> faults;
  private YAMLParser parser;

  private YamlTree(String source, Where fixed, List<Fault> faults) {
    this.source = source;
    this.fixed = fixed;
    this.faults = faults;
  }

  /** Reads a file's text; null when it is empty or not YAML, with the faults added. */
  static Node read(String source, String text, List<Fault> faults) {
    return new YamlTree(source, null, faults).document(text);
  }

  /** Reads the value of a flag, all of it at one place. */
  static Node read(Where place, String text, List<Fault> faults) {
    return new YamlTree(place.source(), place, faults).document(text);
  }

  private Node document(String text) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();
    try (YAMLParser p = factory.createParser(text)) {
      parser = p;
      if (p.nextToken() == null) {
        return null;
      }
      Node root = node();
      if (p.nextToken() != null) {
        faults.add(new Fault(here().toString(), "a second document begins; a file holds one"));
      }
      return root;
    } catch (JsonProcessingException e) {
      faults.add(syntax(e));
      return null;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Where here() {
    if (fixed != null) {
      return fixed;
    }
    JsonLocation at = parser.currentTokenLocation();
    return new Where(source, at.getLineNr(), at.getColumnNr());
  }

  private Node node() throws IOException {
    Where where = here();
    refuseTricks(where);
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return mapping(where);
    }
    if (token == JsonToken.START_ARRAY) {
      List<Node> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(node());
      }
      return new Sequence(items, where);
    }
    return new Scalar(parser.getText(), token == JsonToken.VALUE_NULL, where);
  }

  private Mapping mapping(Where where) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Where key = here();
      String name = parser.currentName();
      parser.nextToken();
      Entry before = entries.putIfAbsent(name, new Entry(key, node()));
      if (before != null) {
        faults.add(
            new Fault(
                key.toString(),
                "'"
                    + name
                    + "' is given twice"
                    + (fixed == null ? ", first in line " + before.key().line() : "")));
      }
    }
    return new Mapping(entries, where);
  }

  private void refuseTricks(Where where) throws IOException {
    if (parser.isCurrentAlias()) {
      faults.add(new Fault(where.toString(), "aliases (*name) are not taken; write the value out"));
    }
    if (parser.getTypeId() != null) {
      faults.add(new Fault(where.toString(), "tags (!…) are not taken; write the plain value"));
    }
  }

  /** One line from a message of several: the last thing found wrong, at its place. */
  private Fault syntax(JsonProcessingException e) {
    String problem = "";
    Where where = fixed;
    if (fixed == null && e.getLocation() != null) {
      where = new Where(source, e.getLocation().getLineNr(), e.getLocation().getColumnNr());
    }
    for (String line : e.getOriginalMessage().split("\n")) {
      Matcher place = PLACE.matcher(line);
      if (line.startsWith(" in ") && place.find()) {
        if (fixed == null) {
          where =
              new Where(source, Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)));
        }
      } else if (!line.startsWith(" ") && !line.isBlank()) {
        problem = line.strip();
      }
    }
    if (problem.contains("(TAB)")) {
      problem = "a tab cannot indent a line; use spaces";
    } else if (problem.startsWith("Expected a field name")) {
      problem = "a key must be a plain word";
    } else if (problem.startsWith("Document nesting depth")) {
      problem = "is nested deeper than " + MAX_DEPTH + " levels";
    }
    return new Fault(where == null ? source : where.toString(), "not YAML: " + problem);
  }
}
