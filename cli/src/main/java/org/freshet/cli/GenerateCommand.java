package org.freshet.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Span;
import org.freshet.core.component.Spec;
import org.freshet.core.component.SpecParser;
import org.freshet.core.component.Suggest;
import org.freshet.core.component.Value;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes the events of a generator to a file, or feeds a running service with them. */
@Command(
    name = "generate",
    description = "Write an artificial stream to a file, or feed a running service with it.",
    footer = {
      "",
      "Example: freshet generate 'sea(concept=2, noise=10%%)' --events 100000 --output sea.csv.gz",
      "         freshet generate payments --to http://127.0.0.1:8080",
      "         freshet generate payments --to examples/payments-kafka.yaml",
      "'freshet list source' shows the generators."
    })
final class GenerateCommand implements Runnable {
  private static final int BLOCK = 1024;

  private final Console console;

  @Parameters(
      index = "0",
      paramLabel = "SPEC",
      description = "A generator, such as 'sea(concept=1)'.")
  String stream;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "How many events (default: what SPEC says, or 100000).")
  Long events;

  @Option(names = "--seed", paramLabel = "N", description = "Seed (default: 1).")
  long seed = 1;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "File to write, zipped when it ends in .gz; '-' is standard output (default).")
  Path output = Path.of("-");

  @Option(
      names = "--format",
      paramLabel = "NAME",
      description = "csv, tsv, arff or jsonl (default: by the file's name, else csv).")
  String format;

  @Option(
      names = "--to",
      paramLabel = "URL|FILE",
      description =
          "Feed the service there instead (its token from FRESHET_TOKEN), or the topics that this pipeline"
              + " file reads, and tell how good the answers are.")
  String to;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "With --to: events a second (default: 500).")
  double rate = 500;

  @Option(
      names = "--delay",
      paramLabel = "DURATION",
      description = "With --to: mean time from an event to its label (default: 5s).")
  String delay = "5s";

  @Option(
      names = "--unlabelled",
      paramLabel = "SHARE",
      description = "With --to: share of the events that never get a label (default: 10%%).")
  String unlabelled = "10%";

  GenerateCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Streams.checkCount("--events", events);
    Streams.checkSeed(seed);
    if (to != null) {
      feed();
      return;
    }
    String name = output.getFileName().toString().toLowerCase(Locale.ROOT);
    String kind = formatOf(name);
    Outputs.check("--output", output);
    Spec spec = Spec.parse(stream, "SPEC");
    long wanted = events != null ? events : Streams.isEndless(spec) ? 100_000 : Long.MAX_VALUE;
    try (Source source = Components.create(spec, Build.of(null).withSeed(seed), Source.class)) {
      write(source, kind, wanted, name.endsWith(".gz"));
    }
  }

  private void feed() {
    Spec spec = Spec.parse(stream, "SPEC");
    long wanted = events != null ? events : Streams.isEndless(spec) ? 60_000 : Long.MAX_VALUE;
    if (!(rate > 0 && rate <= 1e6)) {
      throw new ConfigException("--rate", "is " + rate + ", allowed above 0 to 1,000,000");
    }
    Object d = SpecParser.scalar(delay);
    if (!(d instanceof Span span) || span.events()) {
      throw new ConfigException("--delay", "is '" + delay + "', expected a time such as 5s");
    }
    Object u = SpecParser.scalar(unlabelled);
    double never =
        u instanceof Value.Share s ? s.fraction() : u instanceof Number n ? n.doubleValue() : -1;
    if (!(never >= 0 && never <= 1)) {
      throw new ConfigException(
          "--unlabelled", "is '" + unlabelled + "', expected a share such as 10%");
    }
    try (Source source = Components.create(spec, Build.of(null).withSeed(seed), Source.class);
        Destination destination = destination()) {
      Feeder.Plan plan = new Feeder.Plan(wanted, rate, span.length() / 1000.0, never, seed);
      new Feeder(console, destination, source, plan).run();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Destination destination() throws InterruptedException {
    return to.endsWith(".yaml") || to.endsWith(".yml")
        ? PipelineFeed.of(Path.of(to))
        : new ServiceFeed(console, to);
  }

  private String formatOf(String name) {
    if (format != null) {
      if (!StreamFormat.names().contains(format)) {
        throw new ConfigException(
            "--format",
            "is '"
                + format
                + "', allowed "
                + String.join(", ", StreamFormat.names())
                + Suggest.didYouMean(format, StreamFormat.names()));
      }
      return format;
    }
    String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
    String ending = bare.substring(bare.lastIndexOf('.') + 1);
    if (List.of("libsvm", "svm", "svmlight", "vw").contains(ending)) { // would be read as that
      throw new ConfigException(
          "--output",
          "ends in '."
              + ending
              + "', which cannot be written; use "
              + String.join(", ", StreamFormat.names())
              + ", or say '--format'");
    }
    return StreamFormat.names().contains(ending) ? ending : ending.equals("json") ? "jsonl" : "csv";
  }

  private void write(Source source, String kind, long wanted, boolean zipped) {
    if (source.schema().isSparse()) {
      throw new ConfigException("SPEC", "gives sparse rows, which 'generate' does not write");
    }
    if (source.schema().hasTruths()) {
      throw new ConfigException("SPEC", "gives several labels, which 'generate' does not write");
    }
    if (Outputs.isStandardOutput(output)) {
      try {
        Writer out = new OutputStreamWriter(console.out(), StandardCharsets.UTF_8);
        copy(source, kind, wanted, out);
        out.flush();
      } catch (IOException e) {
        throw Outputs.failed(output, e);
      }
      return;
    }
    long n;
    try (Outputs.Whole file = Outputs.open(output)) {
      OutputStream bytes = zipped ? new GZIPOutputStream(file, 1 << 16) : file;
      Writer out = new OutputStreamWriter(bytes, StandardCharsets.UTF_8);
      n = copy(source, kind, wanted, out);
      out.flush();
      if (bytes instanceof GZIPOutputStream gz) {
        gz.finish();
      }
      file.done();
    } catch (IOException e) {
      throw Outputs.failed(output, e);
    }
    console.err().println(String.format(Locale.ROOT, "wrote %,d events to %s", n, output));
  }

  private long copy(Source source, String kind, long wanted, Writer out) throws IOException {
    StreamFormat text = StreamFormat.of(kind, source.schema());
    Batch batch = new Batch(source.schema(), BLOCK);
    long done = 0;
    try (Progress progress =
        new Progress(console, source.name(), wanted == Long.MAX_VALUE ? 0 : wanted)) {
      text.head(out, source.name());
      while (done < wanted) {
        int n = source.read(batch, (int) Math.min(BLOCK, wanted - done));
        if (n == 0) {
          break;
        }
        text.rows(out, batch);
        done += n;
        progress.at(done, "");
        if (console.out().checkError()) {
          break; // the reader of the pipe went away
        }
      }
    }
    return done;
  }
}
