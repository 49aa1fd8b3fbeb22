package org.freshet.runtime;

import java.util.Locale;

/**
 * A command of the journal, as text: a word and what it is about. Those not named here are the
 * contest's.
 *
 * @param text whole
 * @param word the first
 * @param rest behind it
 */
record Command(String text, String word, String rest) {
  /** {@code history CHECKSUM FILE}: the pipeline begins with what that file holds. */
  static final String HISTORY = "history";

  /** {@link Terms} from here on; the first entry of a journal that begins with nothing. */
  static final String MODELS = "models";

  /** {@code restore NUMBER CHECKSUM FILE}: the model of a version answers again. */
  static final String RESTORE = "restore";

  /** What a {@link Participant} has learnt since the last becomes a delta. */
  static final String DELTA = "delta";

  /** {@code merged MODEL}: a {@link Participant} takes a merged model in. */
  static final String MERGED = "merged";

  static Command parse(String text) {
    int end = 0;
    while (end < text.length() && text.charAt(end) > ' ') {
      end++;
    }
    return new Command(
        text, text.substring(0, end), text.substring(Math.min(text.length(), end + 1)));
  }

  static String models(Terms terms) {
    return MODELS + "\n" + terms.text();
  }

  static String merged(byte[] model) {
    return MERGED + " " + Participant.text(model);
  }

  static String history(String checksum, String file) {
    return HISTORY + " " + checksum + " " + file;
  }

  static String restore(int number, String checksum, String file) {
    return String.format(Locale.ROOT, "%s %d %s %s", RESTORE, number, checksum, file);
  }

  /** Of {@link #RESTORE}. */
  int number() {
    try {
      return Integer.parseInt(words()[0]);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' names no version", e);
    }
  }

  String checksum() {
    String[] words = words();
    return words[words.length - 2];
  }

  String fileName() {
    String[] words = words();
    return words[words.length - 1];
  }

  private String[] words() {
    String[] words = rest.split(" ");
    if (words.length != (word.equals(RESTORE) ? 3 : 2)) {
      throw new IllegalArgumentException("'" + text + "' is no command");
    }
    return words;
  }
}
