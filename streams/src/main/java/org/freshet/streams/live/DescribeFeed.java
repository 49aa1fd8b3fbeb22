package org.freshet.streams.live;

/** Texts of the parameters that feeds have in common, so that they are the same everywhere. */
public final class DescribeFeed {
  public static final String NUMERIC =
      "Columns that are numbers. Where no column is declared, the first records tell them.";
  public static final String CATEGORICAL = "Columns that are categories.";
  public static final String TEXT = "Columns that are text.";
  public static final String LABEL = "Member with the label.";
  public static final String TASK = "What the label is.";
  public static final String LABELS =
      "Classes known from the start, in the order of their codes; more may appear.";
  public static final String ID = "Member with the id of the event.";
  public static final String TIME =
      "Member with the time of the event: milliseconds since 1970, or ISO-8601.";
  public static final String KEY = "Member that says whose event it is.";
  public static final String WEIGHT = "Member with the weight of the event.";
  public static final String RECORDS =
      "What the records are: events, labels, or auto: one with an id and a label but no column is a label.";
  public static final String ON_ERROR =
      "What becomes of a bad record: fail stops the pipeline, skip counts it and goes on, dead_letter also writes"
          + " it to a file.";
  public static final String FORMAT =
      "How a line holds a record: jsonl, csv with names in the first line, or auto by the first line.";
  public static final String SEPARATOR =
      "What separates cells: one character, tab, comma, semicolon, pipe, or auto.";
  public static final String GO_ON = "a live service goes on; the count is a metric";
  public static final String CHOICE = "a wrong guess shows with the first record";
  public static final String API = "as the HTTP API";

  private DescribeFeed() {}

  /** The character a parameter 'separator' names; 0 for auto. */
  static char separator(String feed, String given) {
    char c =
        switch (given) {
          case "tab", "\\t" -> '\t';
          case "comma" -> ',';
          case "semicolon" -> ';';
          case "pipe" -> '|';
          default -> given.length() == 1 ? given.charAt(0) : 0;
        };
    if (c == 0 && !given.equals("auto") || c > 126 || c == '"' || c == '\n') {
      throw new org.freshet.core.ConfigException(
          "",
          "parameter 'separator' of "
              + feed
              + " is '"
              + given
              + "', expected one ASCII character, or tab, comma, semicolon, pipe or auto");
    }
    return c;
  }
}
