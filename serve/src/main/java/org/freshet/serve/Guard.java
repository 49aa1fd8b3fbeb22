package org.freshet.serve;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.freshet.core.ConfigException;
import org.freshet.engine.section.ServeSection;

/**
 * Lets a request in or not. On the loopback address without tokens everybody on the machine may do
 * everything; a page in a browser may not do so from elsewhere, by another name of this address or
 * from another origin. With tokens, one with the right to it must be shown.
 */
final class Guard {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Tokens tokens;
  private final boolean loopback;
  private final String host;
  private final RateLimit rate;

  /**
   * @throws ConfigException when the host can be reached from elsewhere and there are no tokens
   */
  Guard(ServeSection.Parameters s) {
    this.loopback = isLoopback(s.host());
    this.host = s.host().toLowerCase(Locale.ROOT);
    this.tokens = s.tokens() == null ? null : Tokens.read(Path.of(s.tokens()));
    this.rate = new RateLimit(s.rate());
    if (!loopback && tokens == null) {
      throw new ConfigException(
          "serve.host",
          "is "
              + s.host()
              + ", which others can reach, so serve.tokens must name a file of tokens; 'freshet"
              + " token NAME --rights predict,label' makes one");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ConfigException("serve.host", "is " + host + ", which is no address");
    }
  }

  boolean isLoopback() {
    return loopback;
  }

  boolean wantsTokens() {
    return tokens != null;
  }

  /**
   * @param header of the request by its name; null where there is none
   * @param remote address of the client
   * @return name of the token's owner; null where no token is wanted
   * @throws Refused when it is not let in
   */
  String admit(UnaryOperator<String> header, String remote, Access access) {
    origin(header);
    if (tokens == null || access == Access.OPEN) {
      limit(remote);
      return null;
    }
    Tokens.Owner owner;
    try {
      owner = token(header, access);
    } catch (Refused e) {
      limit("refused " + remote); // who guesses, too
      throw e;
    }
    limit("token " + owner.name());
    return owner.name();
  }

  private void limit(String client) {
    if (!rate.admits(client, System.nanoTime())) {
      throw new Refused(429, "too many requests; try again in a second", 1);
    }
  }

  private void origin(UnaryOperator<String> header) {
    String asked = header.apply("Host");
    if (loopback && tokens == null && asked != null) {
      String name = name(asked);
      if (!LOOPBACK.contains(name) && !name.equals(host)) {
        throw new Refused(
            421, "the host '" + shown(asked) + "' is not served here; ask for localhost");
      }
    }
    String origin = header.apply("Origin");
    if (origin != null && !sameOrigin(origin, asked)) {
      throw new Refused(403, "pages of '" + shown(origin) + "' may not ask this service");
    }
  }

  private static boolean sameOrigin(String origin, String asked) {
    int at = origin.indexOf("://");
    return at > 0 && asked != null && origin.substring(at + 3).equalsIgnoreCase(asked);
  }

  /** Of a host and perhaps a port. */
  private static String name(String asked) {
    int colon = asked.lastIndexOf(':');
    boolean port = colon > asked.lastIndexOf(']');
    return (port ? asked.substring(0, colon) : asked).toLowerCase(Locale.ROOT);
  }

  private static String shown(String text) {
    String s = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return s.replaceAll("[^\\x20-\\x7e]", "?");
  }

  private Tokens.Owner token(UnaryOperator<String> header, Access right) {
    String given = header.apply("Authorization");
    if (given == null || !given.regionMatches(true, 0, "Bearer ", 0, 7)) {
      throw new Refused(401, "needs a token: the header 'Authorization: Bearer TOKEN'");
    }
    Tokens.Owner owner = tokens.owner(given.substring(7).strip());
    if (owner == null) {
      throw new Refused(401, "the token is not known");
    }
    if (right != Access.ANY && !owner.rights().contains(right)) {
      throw new Refused(
          403, "the token of '" + owner.name() + "' has not the right '" + right + "'");
    }
    return owner;
  }
}
