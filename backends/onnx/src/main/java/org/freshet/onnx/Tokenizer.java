package org.freshet.onnx;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Text to codes of word pieces, see {@link WordPiece}. */
final class Tokenizer {
  private static final int LONGEST_WORD = 100;

  private final Map<String, Integer> codes;
  private final boolean lowerCase;
  private final int most;
  private final int unknown; // -1 where the vocabulary has none: such words are left out
  private final int first;
  private final int last;

  Tokenizer(Map<String, Integer> codes, boolean lowerCase, int most) {
    this.codes = codes;
    this.lowerCase = lowerCase;
    this.most = most;
    unknown = codes.getOrDefault("[UNK]", -1);
    first = codes.getOrDefault("[CLS]", -1);
    last = codes.getOrDefault("[SEP]", -1);
  }

  int[] tokens(String text) {
    int[] found = new int[16];
    int n = 0;
    int room = most - (first >= 0 ? 1 : 0) - (last >= 0 ? 1 : 0);
    for (String word : words(text)) {
      if (n >= room) {
        break;
      }
      for (int code : pieces(word)) {
        if (n == found.length) {
          found = Arrays.copyOf(found, 2 * n);
        }
        found[n++] = code;
      }
    }
    n = Math.min(n, room);
    int before = first >= 0 ? 1 : 0;
    int[] all = new int[before + n + (last >= 0 ? 1 : 0)];
    System.arraycopy(found, 0, all, before, n);
    if (first >= 0) {
      all[0] = first;
    }
    if (last >= 0) {
      all[before + n] = last;
    }
    return all;
  }

  /** Words, with punctuation and ideographs as words of their own. */
  List<String> words(String text) {
    String plain = text;
    if (lowerCase) {
      plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
    }
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < plain.length(); ) {
      int c = plain.codePointAt(i);
      i += Character.charCount(c);
      if (isBlank(c)) {
        end(word, words);
      } else if (isPunctuation(c) || Character.isIdeographic(c)) {
        end(word, words);
        words.add(Character.toString(c));
      } else if (!isDropped(c)) {
        word.appendCodePoint(c);
      }
    }
    end(word, words);
    return words;
  }

  private static void end(StringBuilder word, List<String> words) {
    if (word.length() > 0) {
      words.add(word.toString());
      word.setLength(0);
    }
  }

  private static boolean isBlank(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || Character.getType(c) == Character.SPACE_SEPARATOR
        || c == 0x2028
        || c == 0x2029;
  }

  private boolean isDropped(int c) {
    int type = Character.getType(c);
    return c == 0
        || c == 0xfffd
        || type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.PRIVATE_USE
        || type == Character.SURROGATE
        || lowerCase && type == Character.NON_SPACING_MARK;
  }

  private static boolean isPunctuation(int c) {
    if (c < 128) {
      return c > 32 && c < 127 && !Character.isLetterOrDigit(c);
    }
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION ->
          true;
      default -> false;
    };
  }

  /** The longest pieces from the left; unknown when a rest is in no piece. */
  private int[] pieces(String word) {
    int[] none = unknown < 0 ? new int[0] : new int[] {unknown};
    if (word.length() > LONGEST_WORD) {
      return none;
    }
    int[] found = new int[word.length()];
    int n = 0;
    int from = 0;
    while (from < word.length()) {
      int end = word.length();
      Integer code = null;
      while (end > from && code == null) {
        String piece = word.substring(from, end);
        code = codes.get(from > 0 ? "##" + piece : piece);
        if (code == null) {
          end--;
        }
      }
      if (code == null) {
        return none;
      }
      found[n++] = code;
      from = end;
    }
    return Arrays.copyOf(found, n);
  }
}
