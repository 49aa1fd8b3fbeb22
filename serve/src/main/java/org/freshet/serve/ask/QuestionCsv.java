package org.freshet.serve.ask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.freshet.core.ask.QueuedQuestion;

/**
 * Questions as a CSV file for spreadsheets, and the answers in it: the columns {@code id} and
 * {@code label}, which is empty, then what helps to answer. UTF-8 with a byte order mark, lines end
 * with CR LF.
 *
 * <p>A cell that a spreadsheet would take for a formula begins with an apostrophe, as does one that
 * begins with an apostrophe itself; reading takes one away. Numbers stay as they are.
 */
public final class QuestionCsv {
  private static final List<String> FIXED =
      List.of("id", "label", "prediction", "confidence", "candidates", "asked");
  private static final Pattern FORMULA = Pattern.compile("^[=+\\-@\t\r'].*", Pattern.DOTALL);
  private static final Pattern NUMBER =
      Pattern.compile("-?\\d{1,300}(\\.\\d{1,300})?([eE][+-]?\\d{1,3})?");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final char BOM = '\uFEFF';

  /** An answer of a file: the line it begins in, from 1. */
  public record Answer(int line, String id, String label) {}

  /** A file that cannot be read; nothing of it counts. */
  public static final class Broken extends Exception {
    private static final long serialVersionUID = 1L;

    private Broken(int line, String why) {
      super(line == 0 ? why : "line " + line + ": " + why);
    }
  }

  private QuestionCsv() {}

  public static String write(List<QueuedQuestion> questions) {
    List<JsonNode> features = questions.stream().map(q -> tree(q.features())).toList();
    Set<String> names = new LinkedHashSet<>();
    features.forEach(f -> f.fieldNames().forEachRemaining(names::add));
    StringBuilder out = new StringBuilder().append(BOM);
    List<String> cells = new ArrayList<>(FIXED);
    names.forEach(n -> cells.add(FIXED.contains(n) ? "feature " + n : n));
    line(cells, out);
    for (int i = 0; i < questions.size(); i++) {
      QueuedQuestion q = questions.get(i);
      cells.clear();
      cells.add(q.id());
      cells.add("");
      cells.add(q.prediction() == null ? "" : q.prediction());
      JsonNode confidence = q.prediction() == null ? null : tree(q.scores()).get(q.prediction());
      cells.add(confidence == null ? "" : confidence.asText());
      cells.add(q.candidates() == null ? "" : String.join(" | ", q.candidates()));
      cells.add(Instant.ofEpochMilli(q.asked()).toString());
      for (String n : names) {
        JsonNode v = features.get(i).get(n);
        cells.add(v == null ? "" : v.asText());
      }
      line(cells, out);
    }
    return out.toString();
  }

  private static JsonNode tree(String json) {
    try {
      return json == null ? JSON.createObjectNode() : JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the queue holds no JSON: " + json, e);
    }
  }

  private static void line(List<String> cells, StringBuilder out) {
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      if (FORMULA.matcher(cell).matches() && !NUMBER.matcher(cell).matches()) {
        cell = "'" + cell;
      }
      out.append(i > 0 ? "," : "");
      boolean quoted =
          cell.chars().anyMatch(c -> c == '"' || c == ',' || c == ';' || c < ' ')
              || !cell.strip().equals(cell);
      out.append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
    }
    out.append("\r\n");
  }

  /**
   * Reads the answers of a file; lines whose label is empty have none.
   *
   * @throws Broken when anything about its form is wrong
   */
  public static List<Answer> read(byte[] file, int length) throws Broken {
    String text;
    try {
      text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file, 0, length)).toString();
    } catch (CharacterCodingException e) {
      throw new Broken(0, "is not UTF-8; save it as 'CSV UTF-8'");
    }
    Cells cells = new Cells(text.startsWith("" + BOM) ? text.substring(1) : text);
    List<String> header = cells.next();
    if (header == null) {
      throw new Broken(0, "is empty; its first line names the columns, among them id and label");
    }
    int id = column(header, "id");
    int label = column(header, "label");
    List<Answer> answers = new ArrayList<>();
    for (List<String> row = cells.next(); row != null; row = cells.next()) {
      if (row.size() != header.size()) {
        throw new Broken(
            cells.begun,
            "has "
                + row.size()
                + " cells, the first line has "
                + header.size()
                + "; nothing was taken");
      }
      if (row.get(id).isEmpty()) {
        throw new Broken(cells.begun, "has no id; nothing was taken");
      }
      answers.add(new Answer(cells.begun, plain(row.get(id)), plain(row.get(label).strip())));
    }
    return answers;
  }

  private static int column(List<String> header, String name) throws Broken {
    List<String> names = header.stream().map(String::strip).toList();
    int at = names.indexOf(name);
    if (at < 0 || names.lastIndexOf(name) != at) {
      throw new Broken(
          1,
          (at < 0 ? "has no column '" : "has twice the column '") + name + "'; nothing was taken");
    }
    return at;
  }

  private static String plain(String cell) {
    return cell.startsWith("'") ? cell.substring(1) : cell;
  }

  /** Cells of a text, line by line; commas or, where the first line has no comma, semicolons. */
  private static final class Cells {
    private final String text;
    private final char separator;
    private int at;
    private int line = 1;
    private int begun; // line of the record given last

    Cells(String text) {
      this.text = text;
      int end = text.indexOf('\n');
      String first = end < 0 ? text : text.substring(0, end);
      this.separator = first.indexOf(',') < 0 && first.indexOf(';') >= 0 ? ';' : ',';
    }

    /** The next record that is not blank; null at the end. */
    List<String> next() throws Broken {
      while (at < text.length()) {
        begun = line;
        List<String> row = record();
        if (row.size() > 1 || !row.get(0).isEmpty()) {
          return row;
        }
      }
      return null;
    }

    private List<String> record() throws Broken {
      List<String> row = new ArrayList<>();
      while (true) {
        row.add(at < text.length() && text.charAt(at) == '"' ? quoted() : bare());
        if (at >= text.length()) {
          return row;
        }
        char c = text.charAt(at++);
        if (c != separator) { // a line's end
          at += c == '\r' && at < text.length() && text.charAt(at) == '\n' ? 1 : 0;
          line++;
          return row;
        }
      }
    }

    private String bare() throws Broken {
      int from = at;
      while (at < text.length() && !ends(text.charAt(at))) {
        if (text.charAt(at) == '"' || text.charAt(at) == 0) {
          throw new Broken(
              line,
              (text.charAt(at) == 0 ? "has a zero character" : "has a quote within a cell")
                  + "; nothing was taken");
        }
        at++;
      }
      return text.substring(from, at);
    }

    private boolean ends(char c) {
      return c == separator || c == '\r' || c == '\n';
    }

    private String quoted() throws Broken {
      StringBuilder cell = new StringBuilder();
      for (at++; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == '"' && at + 1 < text.length() && text.charAt(at + 1) == '"') {
          at++;
        } else if (c == '"') {
          at++;
          if (at < text.length() && !ends(text.charAt(at))) {
            throw new Broken(line, "goes on behind a closing quote; nothing was taken");
          }
          return cell.toString();
        }
        line += c == '\n' ? 1 : 0;
        cell.append(c);
      }
      throw new Broken(begun, "opens a quote that is never closed; nothing was taken");
    }
  }
}
