package org.freshet.streams.input;

/** Texts of the parameters that all readers have, so that they are the same everywhere. */
public final class Describe {
  public static final String PATH = "File to read, plain or gzipped; '-' is standard input.";
  public static final String LABEL =
      "Column of the label: a name, a number counted from 1, last, or none; several, parted by commas, are labels"
          + " that each hold or not (classification) or several targets (regression).";
  public static final String TASK =
      "What the label is: classification takes it as a category whatever it looks like, regression as a number.";
  public static final String ID =
      "Column with the id of the event; a record may carry the label of an earlier event of the same id.";
  public static final String TIME = "Column with the time of the event.";
  public static final String TIME_FORMAT =
      "How times are written: auto (seconds or milliseconds since 1970 by size, or ISO-8601), iso, epoch_ns,"
          + " epoch_us, epoch_ms, epoch_s, epoch_min, epoch_h, epoch_d, or a pattern such as 'dd/MM/yyyy HH:mm'.";
  public static final String ZONE =
      "Zone of times that carry none, such as UTC, +02:00 or Europe/Paris.";
  public static final String KEY = "Column that says whose event it is.";
  public static final String WEIGHT = "Column with the weight of the event, 0 or more.";
  public static final String LABEL_TIME =
      "Column with the time when the label of the event arrives.";
  public static final String IGNORE = "Columns to leave out.";
  public static final String MISSING =
      "Marks that stand for a missing value, besides the usual ones.";
  public static final String USUAL =
      "Whether ?, NA, NaN, nan, null and NULL stand for a missing value; an empty cell always does.";
  public static final String SAMPLE =
      "Records looked at to find the columns and their types before the first is given out.";
  public static final String ON_ERROR =
      "What becomes of a bad record: fail stops, skip counts it and goes on, dead_letter also writes it to a file.";
  public static final String DEAD_LETTER =
      "File that bad records are appended to as JSON lines, with their cause.";
  public static final String DEAD_LETTER_MAX =
      "Most bytes written to the dead-letter file; later ones are only counted.";
  public static final String MAX_RECORD = "Longest record; a longer one is bad.";
  public static final String BOUND = "bounds the memory of one record";
  public static final String CHOICE = "a reader that guesses wrong says so with its first record";

  private Describe() {}
}
