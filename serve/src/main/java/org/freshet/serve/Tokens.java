package org.freshet.serve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;

/**
 * Who may do what: lines {@code rights name hash}, rights being {@code predict}, {@code label} and
 * {@code admin} with commas between; empty lines and those that begin with {@code #} say nothing.
 *
 * <p>A token is 256 random bits, which nobody guesses, so its SHA-256 is as good at rest as a slow
 * hash would be. The token itself is shown once, when it is made.
 */
public final class Tokens {
  private static final String PREFIX = "sha256:";
  private static final int BYTES = 32;

  /** Its owner's name, for limits and logs. */
  record Owner(String name, Set<Access> rights, byte[] hash) {}

  private final List<Owner> owners;

  private Tokens(List<Owner> owners) {
    this.owners = List.copyOf(owners);
  }

  /** A new token and the line for the file that lets it in. */
  public record Made(String token, String line) {}

  public static Made make(String name, Set<Access> rights) {
    if (!name.matches("[\\w.@-]{1,64}")) {
      throw new ConfigException(
          "",
          "the name '" + name + "' of a token has other characters than letters, digits . _ @ -");
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    String words = String.join(",", rights.stream().map(Access::toString).toList());
    return new Made(
        token, words + " " + name + " " + PREFIX + HexFormat.of().formatHex(hash(token)));
  }

  /**
   * @throws ConfigException with all its faults when a line is wrong
   */
  static Tokens read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the tokens of 'serve': " + e.getMessage(), e);
    }
    List<Owner> owners = new ArrayList<>();
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        String fault = add(line, owners);
        if (fault != null) {
          faults.add(new Fault(file + ":" + (i + 1), fault));
        }
      }
    }
    if (faults.isEmpty() && owners.isEmpty()) {
      faults.add(
          new Fault(file.toString(), "has no tokens; 'freshet token NAME --rights ...' makes one"));
    }
    if (!faults.isEmpty()) {
      throw new ConfigException(faults);
    }
    return new Tokens(owners);
  }

  private static String add(String line, List<Owner> owners) {
    String[] words = line.split("\\s+");
    if (words.length != 3) {
      return "has " + words.length + " words, expected 'rights name hash'";
    }
    Set<Access> rights = EnumSet.noneOf(Access.class);
    for (String word : words[0].split(",")) {
      Access right = Access.right(word);
      if (right == null) {
        return "'" + word + "' is no right; there are predict, label and admin";
      }
      rights.add(right);
    }
    if (!words[2].matches(PREFIX + "[0-9a-f]{64}")) {
      return "the hash is no '" + PREFIX + "' with 64 digits 0-9a-f";
    }
    byte[] hash = HexFormat.of().parseHex(words[2].substring(PREFIX.length()));
    owners.add(new Owner(words[1], rights, hash));
    return null;
  }

  /** Whose token it is, or null; takes as long whoever it is. */
  Owner owner(String token) {
    byte[] hash = hash(token);
    Owner found = null;
    for (Owner o : owners) {
      if (MessageDigest.isEqual(o.hash, hash)) {
        found = o;
      }
    }
    return found;
  }

  private static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
