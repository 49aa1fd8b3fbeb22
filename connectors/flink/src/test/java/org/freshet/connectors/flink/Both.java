package org.freshet.connectors.flink;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.freshet.core.Source;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;
import org.freshet.runtime.SourceFeed;

/** The same pipeline file in one process and on Flink, for comparisons line by line. */
final class Both {
  private static final Pattern NUMBER = Pattern.compile("\\{\"n\":(\\d+)");

  /** Of an event without one: that of the single process, which it came in. */
  private static final Pattern TIME = Pattern.compile("\"time\":\\d+,");

  private final Path folder;

  Both(Path folder) {
    this.folder = folder;
  }

  /** Writes a pipeline file whose answers go to {@code answers.jsonl}. */
  Path write(String name, String text) throws Exception {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        "name: "
            + name
            + "\nseed: 1\n"
            + text
            + "sink: { jsonl: { path: "
            + name
            + ".jsonl } }\nstate: { directory: state }\n");
    return file;
  }

  /** Lines of answers of 'freshet run', in the order of their numbers. */
  List<String> inOneProcess(Path path) throws Exception {
    return inOneProcess(path, null);
  }

  /**
   * The same of a pipeline that begins with a snapshot.
   *
   * @param model null for none
   */
  List<String> inOneProcess(Path path, Path model) throws Exception {
    Path copy = Files.createDirectories(folder.resolve("one")).resolve(path.getFileName());
    Files.copy(path, copy);
    PipelineFile file = PipelineFile.read(copy);
    SourceFeed feed =
        new SourceFeed(
            Components.create(file.source(), Build.of(null).withSeed(file.seed()), Source.class));
    Sink sink = Components.create(file.live().sinks().get(0), Build.of(null), Sink.class);
    try (Live live = new Live(file, List.of(feed), 1, "test", LiveListener.NONE)) {
      if (model != null) {
        live.beginWith(model);
      }
      live.start(List.of(sink));
      live.ended().get();
    }
    return lines(copy.resolveSibling(file.name() + ".jsonl"));
  }

  /** The same of 'freshet flink --local'. */
  List<String> onFlink(Path file, String... more) throws Exception {
    List<String> args = new ArrayList<>(List.of(file.toString(), "--local"));
    args.addAll(List.of(more));
    StringWriter said = new StringWriter();
    int code = new FlinkRunner().run(args.toArray(new String[0]), new PrintWriter(said));
    if (code != 0) {
      throw new AssertionError(said);
    }
    String name = file.getFileName().toString();
    return lines(folder.resolve(name.substring(0, name.length() - 5) + ".jsonl"));
  }

  /** Lines of a file, or of all files of a folder, by their numbers. */
  static List<String> lines(Path at) throws Exception {
    List<String> all = new ArrayList<>();
    if (Files.isDirectory(at)) {
      try (Stream<Path> files = Files.list(at)) {
        for (Path f : files.toList()) {
          if (!f.getFileName().toString().startsWith(".")) {
            all.addAll(Files.readAllLines(f, StandardCharsets.UTF_8));
          }
        }
      }
    } else {
      all.addAll(Files.readAllLines(at, StandardCharsets.UTF_8));
    }
    all.sort(Comparator.comparingLong(Both::number));
    all.replaceAll(line -> TIME.matcher(line).replaceFirst(""));
    return all;
  }

  static long number(String line) {
    Matcher m = NUMBER.matcher(line);
    if (!m.lookingAt()) {
      throw new AssertionError("no number in " + line);
    }
    return Long.parseLong(m.group(1));
  }
}
