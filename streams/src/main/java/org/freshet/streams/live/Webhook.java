package org.freshet.streams.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.component.Param;
import org.freshet.core.component.Span;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Sink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts answers to a URL: a JSON array of at most {@code most} of them, each as the {@code jsonl}
 * sink writes it. Answers go out in order, one request at a time; any status of 2xx says that they
 * arrived.
 *
 * <p>At least once: after a failure the same request is made again, with pauses that grow to 10
 * seconds (or as long as {@code Retry-After} says, up to a minute), and after a crash what came
 * since the last snapshot. The header {@code Freshet-Answers: <pipeline>/<first>-<last>} tells a
 * receiver which answers it gets; one that keeps the highest number it has seen of a pipeline, and
 * passes over those up to it, has each exactly once. Meanwhile answers wait, and then the pipeline
 * does: nothing is dropped, unless {@code on_refused: drop} says so for answers the receiver will
 * never take (statuses 400 to 499 other than 408, 425 and 429).
 *
 * <p>With {@code secret_variable} each request carries {@code Freshet-Signature: sha256=<hex>}, the
 * HMAC-SHA256 of its body under the secret in that environment variable. Redirects are not
 * followed.
 *
 * <pre>{@code
 * sink: { webhook: { url: "https://example.org/answers", secret_variable: HOOK_SECRET } }
 * }</pre>
 */
@Component(name = "webhook", kinds = Kind.SINK, family = "sink")
public final class Webhook implements Sink {
  private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);
  private static final long LONGEST_WAIT = 60;

  /** What becomes of answers the receiver refuses for good. */
  public enum OnRefused {
    RETRY,
    DROP
  }

  public record Parameters(
      @Param("Where the answers are posted to: an http or https URL.") String url,
      @Param(
              value = "Most answers of a request.",
              def = "100",
              range = "[1, 10000]",
              origin = "about 16 KB")
          int most,
      @Param(
              value = "Longest time a request may take.",
              def = "10s",
              origin = "a receiver that takes longer is down")
          Span timeout,
      @Param(
              value = "Environment variable with the secret requests are signed with.",
              def = "none",
              origin = "a secret in a file is soon in a repository")
          String secretVariable,
      @Param(
              value =
                  "What becomes of answers the receiver refuses for good: retry keeps them and all that"
                      + " follow, drop counts them and goes on.",
              def = "retry",
              origin = "nothing is lost unasked")
          OnRefused onRefused) {}

  private final Parameters parameters;
  private final URI url;
  private final Mac mac; // null without a secret
  private final HttpClient client;
  private String pipeline;
  private AnswerLines json;
  private long sent; // answers before it arrived
  private long dropped;

  public Webhook(Parameters parameters, Build build) {
    this(parameters, System::getenv);
  }

  Webhook(Parameters parameters, UnaryOperator<String> environment) {
    this.parameters = parameters;
    this.url = url(parameters.url());
    this.mac = mac(parameters.secretVariable(), environment);
    if (parameters.timeout().events() || parameters.timeout().length() < 1) {
      throw new ConfigException("", "'timeout' of webhook is a time such as 10s");
    }
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofMillis(parameters.timeout().length()))
            .build();
  }

  private static URI url(String given) {
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
        "'url' of webhook is not of the form http://host/path or https://host/path, without a user in it");
  }

  private static Mac mac(String variable, UnaryOperator<String> environment) {
    if (variable == null) {
      return null;
    }
    String secret = environment.apply(variable);
    if (secret == null || secret.isEmpty()) {
      throw new ConfigException(
          "", "the environment variable '" + variable + "' with the secret of webhook is not set");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String name() {
    return "webhook:" + url.getHost();
  }

  /** It keeps no count; what was answered before the last snapshot has arrived. */
  @Override
  public long open(String ofPipeline, Schema schema) {
    pipeline = ofPipeline;
    json = new AnswerLines(schema);
    return 0;
  }

  @Override
  public void write(AnswerBlock answers) {
    int i = (int) Math.min(answers.size(), Math.max(0, sent - answers.first()));
    while (i < answers.size()) {
      int to = Math.min(answers.size(), i + parameters.most());
      post(answers, i, to);
      sent = answers.first() + to;
      i = to;
    }
  }

  private void post(AnswerBlock answers, int from, int to) {
    byte[] body = json.array(answers, from, to);
    long first = answers.first() + from;
    long last = answers.first() + to - 1;
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofMillis(parameters.timeout().length()))
            .header("Content-Type", "application/json")
            .header("Freshet-Answers", token(pipeline) + "/" + first + "-" + last)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (mac != null) {
      request.header("Freshet-Signature", "sha256=" + HexFormat.of().formatHex(mac.doFinal(body)));
    }
    try {
      HttpResponse<Void> r = client.send(request.build(), HttpResponse.BodyHandlers.discarding());
      answered(r, first, last);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot post to " + url.getHost() + ": " + said(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("stopped while posting to " + url.getHost()));
    }
  }

  private static String said(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  /** A header holds printable ASCII only. */
  static String token(String name) {
    return name.replaceAll("[^!-~]", "_");
  }

  private void answered(HttpResponse<Void> r, long first, long last)
      throws IOException, InterruptedException {
    int status = r.statusCode();
    if (status / 100 == 2) {
      return;
    }
    boolean forGood = status / 100 == 4 && status != 408 && status != 425 && status != 429;
    if (forGood && parameters.onRefused() == OnRefused.DROP) {
      dropped += last - first + 1;
      LOG.warn(
          "{} refused answers {} to {} with status {}; {} dropped so far",
          name(),
          first,
          last,
          status,
          dropped);
      return;
    }
    String wait = r.headers().firstValue("Retry-After").orElse("");
    if (wait.matches("\\d{1,9}")) {
      Thread.sleep(1000 * Math.min(LONGEST_WAIT, Long.parseLong(wait)));
    }
    throw new IOException("status " + status);
  }

  @Override
  public void close() {}
}
