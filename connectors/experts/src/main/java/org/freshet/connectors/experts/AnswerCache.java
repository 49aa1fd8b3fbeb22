package org.freshet.connectors.experts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** Labels answered to the questions asked last, by a hash of the question. In memory only. */
final class AnswerCache {
  private final Map<String, String> answers;

  AnswerCache(int most) {
    answers =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > most;
          }
        };
  }

  /** The label answered to a question, or null. */
  synchronized String get(String question) {
    return answers.get(key(question));
  }

  synchronized void put(String question, String label) {
    answers.put(key(question), label);
  }

  private static String key(String question) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha.digest(question.getBytes(StandardCharsets.UTF_8)), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
