package org.freshet.streams.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Sink;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlSinkTest {
  @TempDir Path folder;

  private static Sink sink(Path path, String more) {
    return Components.create(
        Spec.parse("jsonl(path='" + path + "'" + more + ")"), Build.of(null), Sink.class);
  }

  private static List<String> lines(long to) {
    return LongStream.range(0, to).mapToObj(Answered::line).toList();
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.APPEND);
  }

  @Test
  void goesOnBehindTheLastWholeLine() throws IOException {
    Path out = folder.resolve("new/answers.jsonl");
    try (Sink s = sink(out, "")) {
      assertThat(s.open("p", Answered.SCHEMA)).isZero();
      s.write(Answered.block(0, 3));
      s.write(Answered.block(3, 2));
    }
    append(out, Answered.line(5).substring(0, 20)); // the process died while it wrote this
    try (Sink s = sink(out, ", sync=true")) {
      assertThat(s.open("p", Answered.SCHEMA)).isEqualTo(5);
      s.write(Answered.block(5, 2));
    }
    assertThat(Files.readAllLines(out)).isEqualTo(lines(7));
  }

  @Test
  void anEventWhoseLabelIsAskedForSaysSo() throws IOException {
    AnswerBlock b = Answered.block(0, 2);
    AnswerBlock asked =
        new AnswerBlock(
            b.schema(),
            b.model(),
            b.first(),
            b.size(),
            b.ids(),
            b.keys(),
            b.times(),
            b.predicted(),
            b.known(),
            b.scores(),
            b.stride(),
            null,
            new boolean[] {false, true},
            null,
            false);
    Path out = folder.resolve("asked.jsonl");
    try (Sink s = sink(out, "")) {
      s.open("p", Answered.SCHEMA);
      s.write(asked);
    }
    assertThat(Files.readAllLines(out))
        .containsExactly(Answered.line(0), Answered.line(1).replaceFirst("}$", ",\"asked\":true}"));
  }

  @Test
  void anAnswerLeftToAnExpertIsNotFinalAndItsFinalOneSaysSo() throws IOException {
    AnswerBlock b = Answered.block(0, 2);
    Path out = folder.resolve("deferred.jsonl");
    try (Sink s = sink(out, "")) {
      s.open("p", Answered.SCHEMA);
      s.write(deferred(b, new String[] {null, "gpt"}, 0, false));
      s.write(deferred(b, new String[] {"gpt", "gpt"}, 2, true));
    }
    assertThat(Files.readAllLines(out))
        .containsExactly(
            Answered.line(0),
            Answered.line(1).replaceFirst("}$", ",\"deferred_to\":\"gpt\",\"final\":false}"),
            Answered.line(0)
                .replace("{\"n\":0", "{\"n\":2")
                .replaceFirst("}$", ",\"deferred_to\":\"gpt\",\"final\":true}"),
            Answered.line(1)
                .replace("{\"n\":1", "{\"n\":3")
                .replaceFirst("}$", ",\"deferred_to\":\"gpt\",\"final\":true}"));
  }

  private static AnswerBlock deferred(AnswerBlock b, String[] to, long first, boolean last) {
    return new AnswerBlock(
        b.schema(),
        b.model(),
        first,
        b.size(),
        b.ids(),
        b.keys(),
        b.times(),
        b.predicted(),
        b.known(),
        b.scores(),
        b.stride(),
        null,
        null,
        to,
        last);
  }

  @Test
  void aPipelineThatAnsweredBeforeMayGetAFile() throws IOException {
    Path out = folder.resolve("late.jsonl");
    try (Sink s = sink(out, "")) {
      assertThat(s.open("p", Answered.SCHEMA)).isZero();
      s.write(Answered.block(40, 2));
      assertThatThrownBy(() -> s.write(Answered.block(43, 2)))
          .isInstanceOf(IllegalStateException.class); // a gap
    }
    assertThat(Files.readAllLines(out)).containsExactly(Answered.line(40), Answered.line(41));
  }

  @Test
  void aFileThatIsNotOursIsRefusedAndNotTouched() throws IOException {
    Path out = folder.resolve("shopping.txt");
    for (String text : List.of("milk\nbread\n", "milk", "{\"n\":-3}\n", "{\"id\":\"x\"}\n")) {
      Files.writeString(out, text);
      assertThatThrownBy(() -> sink(out, "").open("p", Answered.SCHEMA))
          .isInstanceOf(ConfigException.class)
          .hasMessage(
              out
                  + ": its last line is no answer that begins with its number, as in {\"n\":17,…; it"
                  + " is not touched: give another path or move it away");
      assertThat(Files.readString(out)).isEqualTo(text);
    }
    assertThatThrownBy(() -> sink(folder, "").open("p", Answered.SCHEMA))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void oneWriterAtATime() {
    Path out = folder.resolve("a.jsonl");
    try (Sink first = sink(out, "")) {
      first.open("p", Answered.SCHEMA);
      assertThatThrownBy(() -> sink(out, "").open("q", Answered.SCHEMA))
          .hasMessage(out + ": is being written by another pipeline; give each its own file");
    }
    try (Sink second = sink(out, "")) {
      assertThat(second.open("q", Answered.SCHEMA)).isZero();
    }
  }

  @Test
  void rotationKeepsTheCount() throws IOException {
    Path out = folder.resolve("a.jsonl");
    try (Sink s = sink(out, ", rotate=250")) {
      s.open("p", Answered.SCHEMA);
      for (int n = 0; n < 12; n += 2) {
        s.write(Answered.block(n, 2));
      }
    }
    List<String> all = new ArrayList<>();
    List<Path> files;
    try (var list = Files.list(folder)) {
      files = list.filter(f -> !f.equals(out)).sorted().toList();
    }
    assertThat(files.get(0).getFileName().toString()).isEqualTo("a.jsonl.00000000000000000004");
    for (Path f : files) {
      all.addAll(Files.readAllLines(f));
    }
    all.addAll(Files.readAllLines(out));
    assertThat(all).isEqualTo(lines(12));
    Files.delete(out); // killed between the renaming and the new file
    try (Sink s = sink(out, ", rotate=250")) {
      assertThat(s.open("p", Answered.SCHEMA)).isEqualTo(8);
    }
  }

  /** Writes blocks until it cannot: the process of the two tests below. */
  static final class Writer {
    public static void main(String[] args) throws IOException {
      Path out = Path.of(args[0]);
      try (Sink s = sink(out, "")) {
        long n = s.open("p", Answered.SCHEMA);
        System.out.println(n);
        for (int failures = 0; failures < 3; ) {
          try {
            s.write(Answered.block(n, 7));
            n += 7;
          } catch (UncheckedIOException e) {
            System.out.println(e.getMessage() + " | " + Files.size(out));
            failures++;
          }
        }
      }
    }
  }

  private Process writer(Path out, String before) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command =
        before
            + "exec '"
            + java
            + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '"
            + System.getProperty("java.class.path")
            + "' '"
            + Writer.class.getName()
            + "' '"
            + out
            + "'";
    File log = folder.resolve("log").toFile();
    return new ProcessBuilder("sh", "-c", command)
        .redirectErrorStream(true)
        .redirectOutput(log)
        .start();
  }

  @Test
  void killedAtAnyMomentEveryAnswerStandsThereOnce() throws Exception {
    Path out = folder.resolve("a.jsonl");
    long size = 0;
    for (int round = 0; round < 3; round++) {
      Process p = writer(out, "");
      size += 300_000 + 77_777 * round;
      while (p.isAlive() && (!Files.exists(out) || Files.size(out) < size)) {
        Thread.onSpinWait();
      }
      p.destroyForcibly().waitFor();
    }
    long next;
    try (Sink s = sink(out, "")) {
      next = s.open("p", Answered.SCHEMA);
    }
    assertThat(next).isGreaterThan(3000);
    assertThat(Files.readAllLines(out)).isEqualTo(lines(next));
  }

  /** A limit on the size of files stands for the full disk: writes are cut short, then refused. */
  @Test
  void onAFullDiskTheFileIsCutBackAndWrittenOnceWhenThereIsRoom() throws Exception {
    Path out = folder.resolve("a.jsonl");
    Process p = writer(out, "ulimit -f 64; trap '' XFSZ; ");
    assertThat(p.waitFor()).isZero();
    List<String> said = Files.readAllLines(folder.resolve("log"));
    long size = Files.size(out);
    assertThat(said).hasSize(4);
    assertThat(said.subList(1, 4))
        .allSatisfy(
            s -> assertThat(s).startsWith(out + ": cannot be written: ").endsWith(" | " + size));
    assertThat(size).isBetween(30_000L, 65_536L);
    try (Sink s = sink(out, "")) {
      long next = s.open("p", Answered.SCHEMA);
      assertThat(next % 7).isZero();
      s.write(Answered.block(next, 7));
      assertThat(Files.readAllLines(out)).isEqualTo(lines(next + 7));
    }
  }
}
