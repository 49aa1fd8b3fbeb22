package org.freshet.streams.live;

import com.fasterxml.jackson.core.io.NumberInput;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.freshet.core.Batch;
import org.freshet.core.Column;
import org.freshet.core.Features;
import org.freshet.core.Schema;
import org.freshet.core.live.Records;

/**
 * The quick way through records as programs write them: names and texts of ASCII without escapes,
 * numbers of up to 18 digits, times as numbers. Whatever else there is, and whatever is wrong, it
 * leaves to {@link JsonEvents}, which reads the record from its start, with the same result where
 * both can.
 */
final class PlainJson {
  private static final int GIVEN_UP = -1;
  private static final int DIGITS = 18;
  private static final long EXACT = 1L << 53; // up to here a double holds every integer
  private static final double[] TENS = new double[23]; // powers of ten a double holds exactly

  static {
    double ten = 1;
    for (int i = 0; i < TENS.length; i++, ten *= 10) {
      TENS[i] = ten;
    }
  }

  private final Schema schema;
  private final EventFields fields;
  private final Map<String, Integer> columns = new HashMap<>();
  private final byte[][] names; // of columns in quotes; null where a text could look like one
  private final boolean[] numeric;
  private final long[] given; // the number of the last record that had the column
  private final byte[] idName;
  private long records;
  private int next; // column that is likely to come
  private long unknown;

  // The record at hand.
  private byte[] json;
  private int end;
  private int at;
  private int values;
  private long strange; // values that are no columns
  private String id;
  private String key;
  private long time;
  private double weight;
  private boolean labelled;
  private String label;
  private double labelNumber;

  PlainJson(Schema schema, EventFields fields) {
    this.schema = schema;
    this.fields = fields;
    int n = schema.width();
    names = new byte[n][];
    numeric = new boolean[n];
    given = new long[n];
    for (int c = 0; c < n; c++) {
      String name = schema.column(c).name();
      columns.put(name, c);
      names[c] = fields.isOwn(name) || name.equals(JsonEvents.FEATURES) ? null : quoted(name);
      numeric[c] = schema.column(c).kind() == Column.Kind.NUMERIC;
    }
    idName = fields.id() == null ? null : quoted(fields.id());
  }

  private static byte[] quoted(String name) {
    boolean plain = name.chars().allMatch(c -> c >= ' ' && c < 0x7f && c != '"' && c != '\\');
    return plain ? ('"' + name + '"').getBytes(StandardCharsets.US_ASCII) : null;
  }

  /** Values left out so far because their names are no columns. */
  long unknown() {
    return unknown;
  }

  /**
   * Appends one record to those given, which have room for it.
   *
   * @param kind null for what it looks like
   * @return false when it is for the other to read; then nothing of it was taken
   */
  boolean add(byte[] bytes, int offset, int length, Batch.Kind kind, Records into) {
    begin(bytes, offset, length);
    boolean done = record(kind, into) && rest();
    if (done) {
      into.end();
      unknown += strange;
    }
    return done;
  }

  /**
   * One record, or an array of them.
   *
   * @param most the most that are taken
   * @return null when they are for the other to read
   */
  Records records(byte[] bytes, int offset, int length, int most, Batch.Kind kind) {
    begin(bytes, offset, length);
    Records all = new Records(schema, peek() == '[' ? Math.min(most, 16) : 1);
    if (peek() != '[') {
      if (!record(kind, all)) {
        return null;
      }
      all.end();
    } else {
      at++;
      do {
        if (all.size() == most) {
          return null;
        }
        if (all.size() == all.capacity()) {
          all = all.grown(Math.min(most, 4 * all.capacity()));
        }
        if (!record(kind, all)) {
          return null;
        }
        all.end();
      } while (is(','));
      if (!is(']')) {
        return null;
      }
    }
    if (!rest()) {
      return null;
    }
    unknown += strange;
    return all;
  }

  private void begin(byte[] bytes, int offset, int length) {
    json = bytes;
    at = offset;
    end = offset + length;
    strange = 0;
  }

  /** Fills the open record; {@link Records#end} is the caller's. */
  private boolean record(Batch.Kind wanted, Records into) {
    Batch.Kind kind = wanted == null ? Batch.Kind.EVENT : wanted;
    records++;
    values = 0;
    id = null;
    key = null;
    time = Features.NO_TIME;
    weight = 1;
    labelled = false;
    label = null;
    into.begin(kind, null, Features.NO_TIME);
    if (!members(into, kind, true)) {
      return false;
    }
    if (wanted == null && values == 0 && id != null && labelled) {
      kind = Batch.Kind.LABEL;
      into.begin(kind, null, Features.NO_TIME);
    }
    if (kind == Batch.Kind.LABEL && (id == null || !labelled)) {
      return false;
    }
    into.head(id, time);
    if (key != null) {
      into.key(key);
    }
    if (label != null) {
      into.label(label);
    } else if (labelled) {
      into.label(labelNumber);
    }
    if (weight != 1) {
      into.weight(weight);
    }
    return true;
  }

  private boolean members(Records into, Batch.Kind kind, boolean outer) {
    if (!is('{')) {
      return false;
    }
    if (is('}')) {
      return true;
    }
    do {
      if (!member(into, kind, outer)) {
        return false;
      }
    } while (is(','));
    return is('}');
  }

  private boolean member(Records into, Batch.Kind kind, boolean outer) {
    if (peek() != '"') {
      return false;
    }
    int guess = next < names.length ? next : 0;
    if (kind == Batch.Kind.EVENT && names.length > 0 && named(names[guess])) {
      return is(':') && value(guess, into);
    }
    if (outer && named(idName)) {
      if (id != null || !is(':')) {
        return false;
      }
      id = identifier();
      return id != null;
    }
    String name = text();
    if (name == null || name.length() > 512 || !is(':')) {
      return false;
    }
    if (outer && fields.isOwn(name)) {
      return own(name);
    }
    if (outer && name.equals(JsonEvents.FEATURES)) {
      return members(into, kind, false);
    }
    Integer column = kind == Batch.Kind.EVENT ? columns.get(name) : null;
    if (column != null) {
      return value(column, into);
    }
    strange += kind == Batch.Kind.EVENT ? 1 : 0;
    return scalar() != null;
  }

  /** Whether the name of a member is this, behind which it goes on then. */
  private boolean named(byte[] name) {
    int to = name == null ? 0 : at + name.length;
    if (name == null || to > end || !Arrays.equals(json, at, to, name, 0, name.length)) {
      return false;
    }
    at = to;
    return true;
  }

  private boolean value(int column, Records into) {
    if (given[column] == records) {
      return false; // twice
    }
    given[column] = records;
    next = column + 1;
    values++;
    int first = peek();
    if (first == 'n') {
      return word("null");
    }
    if (!numeric[column]) {
      String text = scalar();
      if (text != null) {
        into.name(column, text);
      }
      return text != null;
    }
    double v = first == 't' && word("true") ? 1 : first == 'f' && word("false") ? 0 : number();
    into.set(column, v);
    return !Double.isNaN(v);
  }

  /** A member that is no feature. */
  private boolean own(String name) {
    if (peek() == 'n') {
      return word("null");
    }
    if (name.equals(fields.id()) || name.equals(fields.key())) {
      boolean isId = name.equals(fields.id());
      if ((isId ? id : key) != null) {
        return false;
      }
      String text = identifier();
      if (isId) {
        id = text;
      } else {
        key = text;
      }
      return text != null;
    }
    if (name.equals(fields.time())) {
      double millis = time == Features.NO_TIME ? number() : Double.NaN;
      time = (long) millis;
      return Math.abs(millis) < 9e15;
    }
    if (name.equals(fields.label())) {
      return !labelled && label();
    }
    weight = number();
    return weight >= 0;
  }

  private boolean label() {
    labelled = true;
    if (schema.target() == Schema.Target.NUMBER) {
      labelNumber = number();
      return !Double.isNaN(labelNumber);
    }
    label = identifier();
    return label != null;
  }

  /** A value as text, as ids are; null where it is none, or too long. */
  private String identifier() {
    String text = peek() == 'n' ? null : scalar();
    return text == null || text.isEmpty() || text.length() > JsonEvents.LONGEST_ID ? null : text;
  }

  /** Any value but an object or an array, as text; null where there is none. */
  private String scalar() {
    int first = peek();
    switch (first) {
      case '"':
        return text();
      case 't':
        return word("true") ? "true" : null;
      case 'f':
        return word("false") ? "false" : null;
      case 'n':
        return word("null") ? "null" : null;
      default:
        int from = at;
        return Double.isNaN(number()) ? null : ascii(from, at);
    }
  }

  /** What stands in quotes; null for what needs a closer look. */
  private String text() {
    int from = at + 1;
    for (int i = from; i < end; i++) {
      byte b = json[i];
      if (b == '"') {
        at = i + 1;
        return ascii(from, i);
      }
      if (b < ' ' || b == '\\') { // negative ones are not ASCII
        return null;
      }
    }
    return null;
  }

  private String ascii(int from, int to) {
    return new String(json, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private boolean word(String word) {
    int n = word.length();
    if (end - at < n) {
      return false;
    }
    for (int i = 0; i < n; i++) {
      if (json[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += n;
    return true;
  }

  /** A number, rounded as {@link Double#parseDouble} does; NaN for what needs a closer look. */
  private double number() {
    peek();
    int from = at;
    int i = at;
    boolean negative = i < end && json[i] == '-';
    i += negative ? 1 : 0;
    int first = i;
    long digits = 0;
    for (; i < end && json[i] >= '0' && json[i] <= '9'; i++) {
      digits = 10 * digits + json[i] - '0';
    }
    int count = i - first;
    if (count == 0 || count > 1 && json[first] == '0') {
      return Double.NaN;
    }
    int exponent = 0;
    if (i < end && json[i] == '.') {
      int point = ++i;
      for (; i < end && json[i] >= '0' && json[i] <= '9'; i++) {
        digits = 10 * digits + json[i] - '0';
      }
      exponent = point - i;
      if (exponent == 0) {
        return Double.NaN;
      }
      count -= exponent;
    }
    if (count > DIGITS || digits == 0 && negative) {
      return Double.NaN;
    }
    if (i < end && (json[i] | 0x20) == 'e') {
      int behind = i + 1;
      boolean down = behind < end && json[behind] == '-';
      behind += down || behind < end && json[behind] == '+' ? 1 : 0;
      int e = 0;
      for (i = behind; i < end && i < behind + 3 && json[i] >= '0' && json[i] <= '9'; i++) {
        e = 10 * e + json[i] - '0';
      }
      if (i == behind || i < end && json[i] >= '0' && json[i] <= '9') {
        return Double.NaN;
      }
      exponent += down ? -e : e;
    }
    at = i;
    return value(digits, exponent, negative, from, i);
  }

  private double value(long digits, int exponent, boolean negative, int from, int to) {
    if (digits > EXACT || exponent >= TENS.length || exponent <= -TENS.length) {
      double v = NumberInput.parseDouble(ascii(from, to), true);
      return Double.isInfinite(v) ? Double.NaN : v;
    }
    // Both are exact, so there is one rounding (W. D. Clinger, "How to read floating point numbers
    // accurately", 1990).
    double v = exponent < 0 ? digits / TENS[-exponent] : digits * TENS[exponent];
    return negative ? -v : v;
  }

  /** The byte behind white space, or {@link #GIVEN_UP} at the end. */
  private int peek() {
    while (at < end) {
      byte b = json[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b;
      }
      at++;
    }
    return GIVEN_UP;
  }

  private boolean is(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  /** Whether nothing comes any more. */
  private boolean rest() {
    return peek() == GIVEN_UP;
  }
}
