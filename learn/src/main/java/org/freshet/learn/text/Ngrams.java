package org.freshet.learn.text;

import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.learn.transform.HashedRow;

/**
 * Cuts a text into runs of words and of characters and gives their names to a {@link HashedRow}.
 * Words are runs of letters and digits; the character runs of a word are taken with a mark at
 * either end, as in {@code <word>}.
 */
final class Ngrams {
  private static final int WORD = 0x1fffe; // marks of names, which no character is
  private static final int PART = 0x1fffd;

  private final int shortest;
  private final int longest; // 0 for no words
  private final int shortestPart;
  private final int longestPart;
  private final boolean lowerCase;
  private final long[] last; // hashes of the words before, the newest first
  private int before;

  Ngrams(NgramParameters p, String component) {
    int[] words = range(p.words(), "words", component);
    int[] characters = range(p.characters(), "characters", component);
    if (words[1] + characters[1] == 0) {
      throw new ConfigException(
          "", component + " needs 'words' or 'characters': both are empty, so nothing is left");
    }
    shortest = words[0];
    longest = words[1];
    shortestPart = characters[0];
    longestPart = characters[1];
    lowerCase = p.lowerCase();
    last = new long[Math.max(1, longest)];
  }

  /** The two ends of a range, 0 and 0 for none. */
  private static int[] range(List<Double> given, String name, String component) {
    if (given.isEmpty()) {
      return new int[2];
    }
    boolean whole = given.stream().allMatch(v -> v == Math.rint(v));
    if (given.size() != 2 || !whole || given.get(0) > given.get(1)) {
      throw new ConfigException(
          "",
          component
              + ": '"
              + name
              + "' is "
              + given
              + ", expected the shortest and the longest run, such as [1, 2]");
    }
    return new int[] {given.get(0).intValue(), given.get(1).intValue()};
  }

  /**
   * @param column hash of the name of the text's column
   */
  void cut(CharSequence text, long column, HashedRow to) {
    before = 0;
    int from = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside = i < text.length() && Character.isLetterOrDigit(text.charAt(i));
      if (inside && from < 0) {
        from = i;
      } else if (!inside && from >= 0) {
        word(text, from, i, column, to);
        from = -1;
      }
    }
  }

  private void word(CharSequence text, int from, int end, long column, HashedRow to) {
    if (longest > 0) {
      runs(text, from, end, column, to);
    }
    for (int at = from - 1; at <= end && longestPart > 0; at++) {
      long h = HashedRow.append(column, PART);
      int most = Math.min(longestPart, end + 1 - at);
      for (int n = 1; n <= most; n++) {
        int i = at + n - 1;
        h = HashedRow.append(h, i < from ? '<' : i == end ? '>' : character(text, i));
        boolean onlyMark = n == 1 && (at < from || at == end);
        if (n >= shortestPart && !onlyMark) {
          to.add(h, 1);
        }
      }
    }
  }

  /** All runs of words that end with this one. */
  private void runs(CharSequence text, int from, int end, long column, HashedRow to) {
    long h = HashedRow.append(column, WORD);
    for (int i = from; i < end; i++) {
      h = HashedRow.append(h, character(text, i));
    }
    if (before < longest) {
      before++;
    }
    System.arraycopy(last, 0, last, 1, before - 1);
    last[0] = h;
    long run = h;
    for (int n = 1; n <= before; n++) {
      if (n > 1) {
        run = HashedRow.append(HashedRow.end(run) * 31 + last[n - 1], n);
      }
      if (n >= shortest) {
        to.add(run, 1);
      }
    }
  }

  private int character(CharSequence text, int i) {
    char c = text.charAt(i);
    return lowerCase ? Character.toLowerCase(c) : c;
  }

  long memoryBytes() {
    return 48 + 16 + 8L * last.length;
  }
}
