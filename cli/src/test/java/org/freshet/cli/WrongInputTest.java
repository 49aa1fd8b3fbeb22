package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every wrong thing is told in one line that says what to do, without a stack trace. */
class WrongInputTest {
  @TempDir Path folder;

  private static final String[] FINE = {"a,b,class", "1,2,x", "3,4,y", "5,6,x", "7,8,y"};

  private Path data(String... more) {
    String[] lines = Arrays.copyOf(FINE, FINE.length + more.length);
    System.arraycopy(more, 0, lines, FINE.length, more.length);
    return Cli.write(folder.resolve("data.csv"), lines);
  }

  private static void refused(Cli run, String... words) {
    assertThat(run.errors()).hasSize(1);
    assertThat(run.errors().get(0)).contains(words).doesNotContain("bug in Freshet");
    assertThat(run.out()).isEmpty();
    assertThat(run.code()).isEqualTo(Main.WRONG);
  }

  private Cli evaluate(Path file, String... more) {
    String[] args = {"evaluate", "--data", file.toString(), "--model", "majority"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Cli.run(all);
  }

  @Test
  void tooFewColumns() {
    refused(evaluate(data("9,1")), "data.csv:6: found 2 columns, expected 3");
  }

  @Test
  void tooManyColumns() {
    refused(evaluate(data("9,1,x,y")), "data.csv:6: found 4 columns, expected 3");
  }

  @Test
  void textInANumericColumn() throws IOException {
    Path file = data();
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < 1500; i++) {
      more.append("1,2,x\n");
    }
    Files.writeString(file, Files.readString(file) + more + "oops,2,x\n");
    refused(evaluate(file), "data.csv:1506: column 'a' is 'oops', expected a number");
  }

  @Test
  void aLineOfTenMegabytes() throws IOException {
    Path file = data();
    Files.writeString(file, Files.readString(file) + "1,2," + "x".repeat(10_000_000) + "\n");
    refused(evaluate(file), "data.csv:6: the record is longer than");
  }

  @Test
  void aTruncatedGzip() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(Cli.ELECTRICITY));
    Path cut = folder.resolve("cut.arff.gz");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    Path json = folder.resolve("result.json");
    refused(evaluate(cut, "--json", json.toString()), "cut.arff.gz", "cut off");
    assertThat(json).doesNotExist();
  }

  @Test
  void anEmptyFile() {
    refused(evaluate(Cli.write(folder.resolve("empty.csv"))), "empty.csv: is empty");
  }

  @Test
  void aBinaryFile() throws IOException {
    Path file = folder.resolve("x.csv");
    Files.write(file, new byte[] {1, 0, 2, 0, 3, 0, (byte) 0xff, 7});
    refused(evaluate(file), "x.csv: is binary");
  }

  @Test
  void aMissingFile() {
    refused(evaluate(folder.resolve("none.csv")), "none.csv: no such file");
  }

  @Test
  void aLabelColumnThatIsNotThere() {
    refused(
        evaluate(data(), "--label", "clas"),
        "there is no column 'clas' for 'label'; did you mean 'class'?");
  }

  @Test
  void anUnknownComponent() {
    refused(
        Cli.run("evaluate", "--data", data().toString(), "--model", "hoefding_tree"),
        "--model:1: unknown component 'hoefding_tree'; did you mean 'hoeffding_tree'?");
  }

  @Test
  void anUnknownParameter() {
    refused(
        Cli.run(
            "evaluate", "--data", data().toString(), "--model", "hoeffding_tree(grace_perod=5)"),
        "unknown parameter 'grace_perod' of hoeffding_tree; did you mean 'grace_period'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "evalute|unknown command 'evalute'; did you mean 'evaluate'?",
        "evalute --data x.csv|unknown command 'evalute'; did you mean 'evaluate'?",
        "evaluate --modle x|unknown option '--modle'; did you mean '--model'?",
        "evaluate --limit x --stream sea|'--limit'",
        "evaluate --stream sea --limit 0|--limit: is 0, allowed 1 or more",
        "evaluate --stream sea|has no end; give '--limit N'",
        "evaluate|no stream is given",
        "evaluate --stream sea --limit 9 --threads 0|--threads: is 0, allowed 1 to 256",
        "evaluate --stream sea --limit 9 --passes 0|--passes: is 0, allowed 1 or more",
        "evaluate --stream sea --limit 9 --delay soon|--delay",
        "evaluate --stream sea --limit 9 --json /nowhere/x.json|the folder /nowhere does not exist",
        "evaluate --stream sea --limit 9 --header yes|--header: belongs to --data",
        "generate sea --output x.svm|--output: ends in '.svm', which cannot be written; use csv",
        "evaluate --data x.csv --set source.csv.coment='#'|did you mean 'comment'?",
        "show hoefding_tree|did you mean 'hoeffding_tree'?",
        "list classifer|did you mean 'classifier'?",
        "label|no command is given",
        "label exprot|did you mean 'export'?",
        "label import /nowhere/x.csv|/nowhere/x.csv",
        "label export --from ftp://x|expected a service's address",
        "bench --any thing|'bench' is not in this version yet",
        "inspect /nowhere/x|/nowhere/x",
        "lint /nowhere/x.yaml|/nowhere/x.yaml"
      })
  void aWrongCommandLine(String line, String message) {
    Cli run = Cli.run(line.split(" "));
    assertThat(run.errors()).hasSize(1);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(run.code()).isEqualTo(Main.WRONG);
  }

  private Path snapshot() {
    Path file = folder.resolve("s.snapshot");
    Cli run =
        Cli.run(
            "evaluate",
            "--data",
            data().toString(),
            "--model",
            "gaussian_nb",
            "--save",
            file.toString());
    assertThat(run.code()).isEqualTo(Main.DONE);
    return file;
  }

  private static Cli resume(Path file) {
    return Cli.run("evaluate", "--resume", file.toString());
  }

  @Test
  void aTruncatedSnapshot() throws IOException {
    Path file = snapshot();
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 9));
    refused(resume(file), "s.snapshot: corrupt:");
  }

  @Test
  void aSnapshotWithAFlippedBit() throws IOException {
    Path file = snapshot();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
    refused(resume(file), "s.snapshot: corrupt: the checksum does not match");
  }

  @Test
  void aSnapshotOfANewerVersion() throws IOException {
    Path file = snapshot();
    byte[] bytes = Files.readAllBytes(file);
    bytes[8] = 99;
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - 4);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - 4, (int) crc.getValue());
    Files.write(file, bytes);
    refused(resume(file), "s.snapshot: too new:");
  }

  @Test
  void aSnapshotOfOtherColumns() {
    Path file = snapshot();
    Path other = Cli.write(folder.resolve("other.csv"), "a,c,class", "1,2,x", "3,4,y");
    refused(
        Cli.run("evaluate", "--resume", file.toString(), "--data", other.toString()),
        "other schema:");
  }

  @Test
  void aSnapshotOfAnotherModel() {
    refused(
        Cli.run("evaluate", "--resume", snapshot().toString(), "--model", "majority"),
        "other parameters:");
  }

  @Test
  void aFileThatIsNoSnapshot() {
    refused(resume(data()), "data.csv: corrupt: not a Freshet snapshot");
  }

  @ParameterizedTest
  @CsvSource({"--json", "--report", "--save", "--predictions"})
  void aFullDisk(String option) {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full) && !Files.isRegularFile(full), "needs the device /dev/full");
    Cli run = evaluate(data(), option, full.toString());
    assertThat(run.errors()).hasSize(1);
    assertThat(run.err()).contains("/dev/full").contains("No space left");
    assertThat(run.code()).isEqualTo(Main.FAILED);
    assertThat(Files.isRegularFile(full)).isFalse();
  }

  @Test
  void anOldSnapshotSurvivesARunThatFails() throws IOException {
    Path file = snapshot();
    byte[] before = Files.readAllBytes(file);
    refused(evaluate(data("9,1"), "--save", file.toString()), "found 2 columns");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void gzipWithoutTheNameIsRead() throws IOException {
    Path file = folder.resolve("data.bin");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(String.join("\n", FINE).getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    assertThat(evaluate(file).code()).isEqualTo(Main.DONE);
  }
}
