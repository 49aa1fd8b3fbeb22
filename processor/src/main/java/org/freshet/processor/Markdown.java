package org.freshet.processor;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the documentation comment of a class into Markdown; block tags such as {@code @see} end it.
 */
final class Markdown {
  private static final Pattern BLOCK_TAG =
      Pattern.compile("(?m)^\\s*@[a-zA-Z]+\\b.*", Pattern.DOTALL);
  private static final Pattern HTML = Pattern.compile("</?([a-zA-Z][a-zA-Z0-9]*)([^>]*)>");
  private static final Pattern HREF = Pattern.compile("href\\s*=\\s*[\"']([^\"']*)[\"']");
  private static final Pattern ENTITY = Pattern.compile("&(#?[a-zA-Z0-9]+);");
  private static final Map<String, String> ENTITIES =
      Map.of(
          "lt", "<", "gt", ">", "amp", "&", "quot", "\"", "nbsp", " ", "times", "×", "le", "≤",
          "ge", "≥");

  private final StringBuilder out = new StringBuilder();
  private final Deque<Integer> lists = new ArrayDeque<>();
  private String href = "";
  private boolean opened; // a list was, and has no item yet

  private Markdown() {}

  static String of(String comment) {
    Markdown m = new Markdown();
    m.convert(withoutBlockTags(comment));
    return tidy(m.out.toString());
  }

  /**
   * Cuts at the first line that begins with a block tag, unless it lies in an inline tag or pre.
   */
  private static String withoutBlockTags(String comment) {
    Matcher m = BLOCK_TAG.matcher(comment);
    int from = 0;
    while (m.find(from)) {
      String before = comment.substring(0, m.start());
      boolean inside =
          count(before, "{@") > 0 && open(before)
              || count(before, "<pre>") > count(before, "</pre>");
      if (!inside) {
        return before;
      }
      int line = comment.indexOf('\n', m.start() + 1);
      if (line < 0) {
        return comment;
      }
      from = line;
    }
    return comment;
  }

  private static boolean open(String text) {
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      if (depth > 0 && text.charAt(i) == '{' || text.startsWith("{@", i)) {
        depth++;
      } else if (depth > 0 && text.charAt(i) == '}') {
        depth--;
      }
    }
    return depth > 0;
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  private void convert(String text) {
    int i = 0;
    while (i < text.length()) {
      if (text.startsWith("<pre>", i)) {
        i = pre(text, i + 5);
      } else if (text.startsWith("{@", i)) {
        i = inline(text, i);
      } else if (text.charAt(i) == '<') {
        i = html(text, i);
      } else if (text.charAt(i) == '&') {
        i = entity(text, i);
      } else {
        out.append(text.charAt(i++));
      }
    }
  }

  private int pre(String text, int start) {
    int close = text.indexOf("</pre>", start);
    int end = close < 0 ? text.length() : close;
    String body = text.substring(start, end);
    String inner = body.strip();
    if (inner.startsWith("{@code") && inner.endsWith("}")) {
      inner = body.substring(body.indexOf("{@code") + 6, body.lastIndexOf('}'));
    } else {
      Markdown plain = new Markdown();
      plain.entities(body);
      inner = plain.out.toString();
    }
    out.append("\n\n```\n").append(unindented(inner)).append("\n```\n\n");
    return close < 0 ? end : end + 6;
  }

  private void entities(String body) {
    int i = 0;
    while (i < body.length()) {
      if (body.charAt(i) == '&') {
        i = entity(body, i);
      } else {
        out.append(body.charAt(i++));
      }
    }
  }

  /** Takes away what all lines begin with, and empty lines at both ends. */
  private static String unindented(String code) {
    List<String> lines = new ArrayList<>(code.lines().map(String::stripTrailing).toList());
    while (!lines.isEmpty() && lines.get(0).isEmpty()) {
      lines.remove(0);
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return String.join("\n", lines).stripIndent();
  }

  private int inline(String text, int start) {
    int depth = 0;
    int end = start;
    do {
      char c = text.charAt(end++);
      depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    } while (depth > 0 && end < text.length());
    String body = text.substring(start + 2, depth == 0 ? end - 1 : end).strip();
    int space = indexOfSpace(body);
    String tag = body.substring(0, space);
    String rest = body.substring(space).strip().replaceAll("\\s+", " ");
    switch (tag) {
      case "code", "value" -> out.append('`').append(rest).append('`');
      case "link", "linkplain" -> out.append('`').append(linked(rest)).append('`');
      default -> out.append(rest);
    }
    return end;
  }

  private static int indexOfSpace(String body) {
    for (int i = 0; i < body.length(); i++) {
      if (Character.isWhitespace(body.charAt(i))) {
        return i;
      }
    }
    return body.length();
  }

  /** What a link shows: its label, or the simple name of the class and member. */
  private static String linked(String target) {
    Matcher m = Pattern.compile("([\\w.]*)(?:#(\\w+)(\\([^)]*\\))?)?(?:\\s+(.+))?").matcher(target);
    if (!m.matches()) {
      return target;
    }
    if (m.group(4) != null) {
      return m.group(4);
    }
    String type = m.group(1).substring(m.group(1).lastIndexOf('.') + 1);
    String member = m.group(2);
    return member == null ? type : type.isEmpty() ? member : type + "." + member;
  }

  private int html(String text, int start) {
    Matcher m = HTML.matcher(text).region(start, text.length());
    if (!m.lookingAt()) {
      out.append('<');
      return start + 1;
    }
    boolean closing = text.charAt(start + 1) == '/';
    switch (m.group(1).toLowerCase(Locale.ROOT)) {
      case "p" -> out.append("\n\n");
      case "ul" -> list(closing, 0);
      case "ol" -> list(closing, 1);
      case "li" -> {
        if (!closing) {
          item();
        }
      }
      case "b", "strong" -> out.append("**");
      case "i", "em" -> out.append('*');
      case "code", "tt" -> out.append('`');
      case "a" -> anchor(closing, m.group(2));
      case "br" -> out.append("  \n");
      case "h1", "h2", "h3", "h4" -> out.append(closing ? "\n\n" : "\n\n### ");
      default -> out.append(m.group());
    }
    return m.end();
  }

  private void list(boolean closing, int first) {
    if (closing) {
      lists.poll();
    } else {
      lists.push(first);
      opened = true;
    }
    out.append("\n\n");
  }

  private void item() {
    int number = lists.isEmpty() ? 0 : lists.pop();
    while (!out.isEmpty() && Character.isWhitespace(out.charAt(out.length() - 1))) {
      out.setLength(out.length() - 1);
    }
    out.append(opened ? "\n\n" : "\n");
    opened = false;
    out.append("   ".repeat(lists.size())).append(number == 0 ? "- " : number + ". ");
    lists.push(number == 0 ? 0 : number + 1);
  }

  private void anchor(boolean closing, String attributes) {
    if (closing) {
      out.append("](").append(href).append(')');
      return;
    }
    Matcher h = HREF.matcher(attributes);
    href = h.find() ? h.group(1) : "";
    out.append('[');
  }

  private int entity(String text, int start) {
    Matcher m = ENTITY.matcher(text).region(start, text.length());
    if (!m.lookingAt()) {
      out.append('&');
      return start + 1;
    }
    String name = m.group(1);
    if (name.matches("#\\d{1,6}")) {
      out.appendCodePoint(Integer.parseInt(name.substring(1)));
    } else {
      out.append(ENTITIES.getOrDefault(name, m.group()));
    }
    return m.end();
  }

  /**
   * Single spaces and single empty lines outside code; lines of a paragraph stay as they were
   * broken.
   */
  private static String tidy(String text) {
    StringBuilder s = new StringBuilder();
    boolean code = false;
    boolean empty = true;
    for (String raw : text.split("\n", -1)) {
      boolean fence = raw.strip().startsWith("```");
      String line = code && !fence ? raw.stripTrailing() : flush(raw);
      code ^= fence;
      if (line.isEmpty() && !code && empty) {
        continue;
      }
      s.append(line).append('\n');
      empty = line.isEmpty();
    }
    return s.toString().strip() + "\n";
  }

  /** A line of text without the indent of the comment; items of nested lists keep theirs. */
  private static String flush(String raw) {
    String line = raw.stripTrailing();
    String bare = line.stripLeading();
    boolean nested = line.startsWith("   ") && bare.matches("(- |\\d+\\. ).*");
    return nested ? line : bare;
  }
}
