package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelCommandTest {
  @TempDir Path folder;

  @Test
  void outOfTheQueueAndBack() throws Exception {
    Path file =
        Cli.write(
            folder.resolve("p.yaml"),
            "name: p",
            "source: { http: { numeric: [a], labels: [no, yes] } }",
            "pipeline: [gaussian_nb]",
            "labels: { budget: 100%, annotators: [ { name: anna, price: 3 } ], queue: { price: 1 } }",
            "state: { directory: state }");
    try (RunProcess run = new RunProcess(file)) {
      run.post(
          "/v1/events",
          "[{\"id\":\"ä-1\",\"features\":{\"a\":1}},{\"id\":\"=b\",\"features\":{\"a\":2}}]");
      Path csv = folder.resolve("q.csv");
      Cli out = Cli.run("label", "export", "--from", run.address, "--output", csv.toString());
      assertThat(out.code()).as(out.err()).isZero();
      String text = Files.readString(csv);
      assertThat(text.lines()).hasSize(3);

      // As a spreadsheet of another country saves it: semicolons, and no byte order mark.
      text =
          text.substring(1).replace(',', ';').replace("ä-1;", "ä-1;yes").replace("'=b;", "'=b;no");
      Files.writeString(
          csv, text + "more;no" + ";".repeat(text.lines().findFirst().get().split(";").length - 2));
      Cli in =
          Cli.run("label", "import", csv.toString(), "--to", run.address, "--annotator", "anna");
      assertThat(in.code()).isEqualTo(2);
      assertThat(in.out().strip())
          .isEqualTo("2 answered, 0 answered so before, 0 without a label, 1 not taken");
      assertThat(in.errors())
          .containsExactly("freshet: " + csv + ":4: 'more': no question is about this event");
      assertThat(run.get("/v1/questions").at("/queue/paid").asDouble()).isEqualTo(6);

      Files.writeString(csv, "id,label\n\"x,no\n");
      Cli broken = Cli.run("label", "import", csv.toString(), "--to", run.address);
      assertThat(broken.code()).isEqualTo(2);
      assertThat(broken.errors()).hasSize(1);
      assertThat(broken.err()).contains("line 2: opens a quote that is never closed");
    }
    Cli nobody = Cli.run("label", "export", "--from", "http://127.0.0.1:1");
    assertThat(nobody.code()).isEqualTo(1);
    assertThat(nobody.errors()).hasSize(1);
  }
}
