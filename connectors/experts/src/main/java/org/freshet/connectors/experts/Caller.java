package org.freshet.connectors.experts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.freshet.core.ConfigException;

/**
 * Posts JSON and gets an answer: again after failures that may pass, no faster than allowed, a few
 * at a time. What it says of failures holds a status and nothing of what was sent or received, so
 * that no secret gets into messages.
 */
final class Caller {
  private static final String NONE = "none"; // where the default is the name of a variable
  private static final long LONGEST_PAUSE = 60_000;

  /** Time as tests can have it too. */
  interface Clock extends LongSupplier {
    /** Milliseconds from now. */
    void sleep(long millis) throws InterruptedException;

    /** The machine's. */
    Clock REAL =
        new Clock() {
          @Override
          public long getAsLong() {
            return System.nanoTime();
          }

          @Override
          public void sleep(long millis) throws InterruptedException {
            Thread.sleep(millis);
          }
        };
  }

  /**
   * What came of a question.
   *
   * @param body null where there was no answer
   * @param trouble why, in words
   */
  record Reply(String body, String trouble) {}

  private final String component;
  private final URI url;
  private final HttpParameters p;
  private final String authorization; // null for none
  private final String variable;
  private final Clock clock;
  private final HttpClient client;
  private final Semaphore places;
  private final double gap; // nanoseconds between requests
  private double nextAt = Double.NEGATIVE_INFINITY;

  /**
   * @param authorization header of that name, null for none
   * @param variable environment variable it comes from, for messages
   */
  Caller(
      String component,
      String url,
      HttpParameters p,
      String authorization,
      String variable,
      Clock clock) {
    this.component = component;
    this.url = url(component, url);
    this.p = p;
    this.authorization = authorization;
    this.variable = NONE.equals(variable) ? null : variable;
    this.clock = clock;
    this.places = new Semaphore(p.concurrency());
    this.gap = p.requestsPerMinute() == 0 ? 0 : 60e9 / p.requestsPerMinute();
    if (p.timeout().events() || p.timeout().length() < 1) {
      throw new ConfigException("", "'timeout' of " + component + " is a time such as 30s");
    }
    if (p.backoff().events()) {
      throw new ConfigException("", "'backoff' of " + component + " is a time such as 500ms");
    }
    this.client =
        HttpClient.newBuilder().connectTimeout(Duration.ofMillis(p.timeout().length())).build();
  }

  private static URI url(String component, String given) {
    try {
      URI u = URI.create(given);
      boolean http = "http".equals(u.getScheme()) || "https".equals(u.getScheme());
      if (http && u.getHost() != null && u.getUserInfo() == null) {
        return u;
      }
    } catch (IllegalArgumentException no) {
      // said below
    }
    throw new ConfigException(
        "",
        "'url' of "
            + component
            + " is not of the form http://host/path or https://host/path, without a user in it");
  }

  /**
   * The header with a secret from the environment.
   *
   * @param variable null or {@code none} where there is none
   */
  static String bearer(
      String component, String variable, java.util.function.UnaryOperator<String> environment) {
    if (variable == null || variable.equals(NONE)) {
      return null;
    }
    String key = environment.apply(variable);
    if (key == null || key.isBlank()) {
      throw new ConfigException(
          "",
          "the environment variable '"
              + variable
              + "' with the key of "
              + component
              + " is not set; 'key_variable' names another, or none");
    }
    return "Bearer " + key.strip();
  }

  /** Posts until there is an answer, or no hope of one. */
  Reply post(String json) {
    String trouble = "";
    long pause = p.backoff().length();
    for (int tries = 1; tries <= p.retries() + 1; tries++) {
      long wait = 0;
      try {
        HttpResponse<String> r = once(json);
        int status = r.statusCode();
        if (status / 100 == 2) {
          return new Reply(r.body(), null);
        }
        trouble = "status " + status;
        refused(status);
        if (status < 500 && status != 408 && status != 425 && status != 429) {
          return new Reply(null, component + ": " + trouble);
        }
        wait = retryAfter(r);
      } catch (HttpTimeoutException e) {
        trouble = "no answer within " + p.timeout();
      } catch (IOException e) {
        trouble = "no connection to " + url.getHost();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new Reply(null, component + ": stopped while asking");
      }
      if (tries <= p.retries() && !rest(wait > 0 ? wait : pause)) {
        return new Reply(null, component + ": stopped while asking");
      }
      pause = Math.min(LONGEST_PAUSE, 2 * pause);
    }
    return new Reply(null, component + ": " + trouble + " after " + (p.retries() + 1) + " tries");
  }

  /** A key that is wrong now is wrong for every event: better to stop than to pay for nothing. */
  private void refused(int status) {
    if (status == 401 || status == 403) {
      throw new ConfigException(
          "",
          component
              + ": "
              + url.getHost()
              + " refuses the request with status "
              + status
              + (variable == null
                  ? "; 'key_variable' names the environment variable with a key"
                  : "; look at the key in the environment variable '" + variable + "'"));
    }
  }

  private HttpResponse<String> once(String json) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofMillis(p.timeout().length()))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json, StandardCharsets.UTF_8));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    places.acquire();
    try {
      long turn = turn();
      if (turn > 0) {
        clock.sleep(turn);
      }
      return client.send(
          request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } finally {
      places.release();
    }
  }

  /** Takes the next place in line; milliseconds until it is due. */
  private synchronized long turn() {
    if (gap == 0) {
      return 0;
    }
    double now = clock.getAsLong();
    double at = Math.max(now, nextAt);
    nextAt = at + gap;
    return (long) Math.ceil((at - now) / 1e6);
  }

  private static long retryAfter(HttpResponse<String> r) {
    String given = r.headers().firstValue("Retry-After").orElse("");
    return given.matches("\\d{1,9}")
        ? Math.min(LONGEST_PAUSE, Math.max(1, 1000 * Long.parseLong(given)))
        : 0;
  }

  private boolean rest(long millis) {
    try {
      clock.sleep(millis);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
