package org.freshet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.ConfigException;
import org.freshet.core.ConfigException.Fault;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes questions out of the queue of a running service as a CSV file, and answers back in. */
@Command(
    name = "label",
    sortOptions = false,
    abbreviateSynopsis = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {LabelCommand.Export.class, LabelCommand.Import.class},
    description =
        "Answer the open questions of a service in a spreadsheet: export them, fill in 'label', import.",
    footer = {
      "",
      "A token, where the service wants one, is read from the environment variable FRESHET_TOKEN.",
      "Example: freshet label export --output questions.csv"
    })
final class LabelCommand implements Runnable {
  private static final String HERE = "http://127.0.0.1:8080";

  @CommandLine.Spec CommandLine.Model.CommandSpec spec;

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "no command is given");
  }

  /** Writes the questions. */
  @Command(
      name = "export",
      sortOptions = false,
      abbreviateSynopsis = true,
      description = "Write the questions of the queue as CSV, with an empty column 'label'.",
      footer = {"", "Example: freshet label export --output questions.csv"})
  static final class Export implements Runnable {
    private final Console console;

    @Option(
        names = "--from",
        paramLabel = "URL",
        description = "Address of the service (default: " + HERE + ").")
    String from = HERE;

    @Option(
        names = "--output",
        paramLabel = "FILE.csv",
        description = "Where to write them; standard output unless given.")
    Path output;

    @Option(
        names = "--state",
        paramLabel = "STATE",
        description = "Which: open, leased, answered, known, expired or skipped (default: open).")
    String state = "open";

    Export(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      String query = "/v1/questions.csv?state=" + encoded(state);
      String csv = ask("--from", from, HttpRequest.newBuilder(), query);
      if (output == null) {
        console.out().print(csv);
      } else {
        try {
          Files.writeString(output, csv);
        } catch (IOException e) {
          throw new UncheckedIOException(output + ": cannot be written: " + e.getMessage(), e);
        }
        console.out().println("written to " + output);
      }
      console.out().flush();
    }
  }

  /** Sends the answers. */
  @Command(
      name = "import",
      sortOptions = false,
      abbreviateSynopsis = true,
      description =
          "Answer the questions whose 'label' is filled in; lines that cannot be taken are told.",
      footer = {"", "Example: freshet label import questions.csv --annotator anna"})
  static final class Import implements Runnable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Console console;

    @Parameters(
        index = "0",
        paramLabel = "FILE.csv",
        description = "With the columns 'id' and 'label'.")
    Path file;

    @Option(
        names = "--to",
        paramLabel = "URL",
        description = "Address of the service (default: " + HERE + ").")
    String to = HERE;

    @Option(
        names = "--annotator",
        paramLabel = "NAME",
        description = "Who answered, where the service wants no tokens (default: local).")
    String annotator;

    Import(Console console) {
      this.console = console;
    }

    @Override
    public void run() {
      byte[] csv;
      try {
        csv = Files.readAllBytes(file);
      } catch (NoSuchFileException e) {
        throw new ConfigException(file.toString(), "there is no such file");
      } catch (IOException e) {
        throw new ConfigException(file.toString(), "cannot be read: " + e.getMessage());
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder()
              .header("Content-Type", "text/csv")
              .POST(HttpRequest.BodyPublishers.ofByteArray(csv));
      String query =
          "/v1/questions.csv" + (annotator == null ? "" : "?annotator=" + encoded(annotator));
      JsonNode done;
      try {
        done = JSON.readTree(ask("--to", to, request, query));
      } catch (IOException e) {
        throw new UncheckedIOException(to + ": the answer is no JSON", e);
      }
      console
          .out()
          .printf(
              "%d answered, %d answered so before, %d without a label, %d not taken%n",
              done.path("answered").asInt(),
              done.path("repeated").asInt(),
              done.path("empty").asInt(),
              done.path("faults").size());
      console.out().flush();
      List<Fault> faults = new ArrayList<>();
      for (JsonNode f : done.path("faults")) {
        faults.add(
            new Fault(
                file + ":" + f.path("line").asInt(),
                "'" + f.path("id").asText() + "': " + f.path("error").asText()));
      }
      if (!faults.isEmpty()) {
        throw new ConfigException(faults);
      }
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** The body of the answer; what is refused is the caller's mistake, but for a busy service. */
  private static String ask(String option, String base, HttpRequest.Builder request, String path) {
    URI address;
    try {
      address =
          URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
      request.uri(address).timeout(Duration.ofMinutes(5));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          option, "is '" + base + "', expected a service's address such as " + HERE);
    }
    String token = System.getenv("FRESHET_TOKEN");
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    try {
      HttpResponse<String> r =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      if (r.statusCode() == 200) {
        return r.body();
      }
      String why = "answers with status " + r.statusCode() + " " + r.body().strip();
      if (r.statusCode() == 503 || r.statusCode() == 429) {
        throw new UncheckedIOException(base + " " + why, new IOException(why));
      }
      throw new ConfigException(base, why);
    } catch (IOException e) {
      throw new UncheckedIOException(base + " does not answer; is 'freshet run' there?", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
