package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A live pipeline that begins with what an evaluation learnt, and what inspect says of it. */
class FromTest {
  @TempDir Path folder;

  private Path pipeline(String model, String state) {
    return Cli.write(
        folder.resolve(state + ".yaml"),
        "name: p",
        "source: { agrawal: { events: 3000 } }",
        "pipeline: [one_hot, standard_scaler, " + model + "]",
        "labels: { delay: 48 events }",
        "challengers: [ { name: bayes, pipeline: gaussian_nb } ]",
        "promote: { automatic: false }",
        "sink: { jsonl: { path: " + state + ".jsonl } }",
        "state: { directory: " + state + " }");
  }

  private static Cli fine(String... args) {
    Cli c = Cli.run(args);
    assertThat(c.code()).as(c.err()).isZero();
    return c;
  }

  private List<String> answers(String state) throws Exception {
    List<String> all = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(state + ".jsonl"))) {
      JsonNode n = new ObjectMapper().readTree(line);
      all.add(n.get("prediction").asText());
    }
    return all;
  }

  @Test
  void itGoesOnAsTheEvaluationWould() throws Exception {
    Path p = pipeline("logistic_regression", "state");
    Path saved = folder.resolve("saved.freshet");
    Path rest = folder.resolve("rest.txt");
    fine("evaluate", p.toString(), "--limit", "2000", "--save", saved.toString());
    fine("evaluate", p.toString(), "--resume", saved.toString(), "--predictions", rest.toString());
    fine("run", p.toString(), "--from", saved.toString());
    assertThat(answers("state")).isEqualTo(Files.readAllLines(rest)).hasSize(1000);
    // As a run of the whole stream does, and not as one that begins there.
    Path fresh = pipeline("logistic_regression", "fresh");
    fine("run", fresh.toString());
    assertThat(answers("fresh").subList(2000, 3000)).isEqualTo(answers("state"));
    assertThat(answers("fresh").subList(0, 1000)).isNotEqualTo(answers("state"));
    // The same command again goes on with the state; another history is refused.
    fine("run", p.toString(), "--from", saved.toString());
    assertThat(answers("state")).hasSize(1000);
    Path other = folder.resolve("other.freshet");
    fine("evaluate", p.toString(), "--limit", "1000", "--save", other.toString());
    Cli refused = Cli.run("run", p.toString(), "--from", other.toString());
    assertThat(refused.code()).isEqualTo(Main.WRONG);
    assertThat(refused.err())
        .contains("holds a pipeline that did not begin with")
        .contains("leave --from out to go on with it");
    assertThat(answers("state")).hasSize(1000);
  }

  @Test
  void whatDoesNotFitIsRefusedInALine() {
    Path saved = folder.resolve("saved.freshet");
    fine(
        "evaluate",
        pipeline("logistic_regression", "a").toString(),
        "--limit",
        "100",
        "--save",
        saved.toString());
    Path model = pipeline("hoeffding_tree", "b");
    Cli other = Cli.run("run", model.toString(), "--from", saved.toString());
    assertThat(other.code()).isEqualTo(Main.WRONG);
    assertThat(other.err()).contains("other parameters: saved with model").hasLineCount(1);
    Path stream = pipeline("logistic_regression", "c");
    Cli columns =
        Cli.run(
            "run",
            stream.toString(),
            "--set",
            "source={ sea: { events: 100 } }",
            "--from",
            saved.toString());
    assertThat(columns.code()).isEqualTo(Main.WRONG);
    assertThat(columns.err()).contains("other schema").hasLineCount(1);
    Cli none = Cli.run("run", stream.toString(), "--from", folder.resolve("no").toString());
    assertThat(none.err()).contains("there is no such file").hasLineCount(1);
    assertThat(folder.resolve("b/journal")).doesNotExist();
  }

  @Test
  void inspectTellsOfAStateFolderAndItsFiles() throws Exception {
    Path p = pipeline("logistic_regression", "state");
    fine("run", p.toString());
    Path state = folder.resolve("state");
    assertThat(fine("inspect", state.toString()).out())
        .contains("journal     segments 1")
        .contains("answers 3000, models main, bayes")
        .containsPattern("main-1 +20.* event 0 +recent - +the start");
    JsonNode json = new ObjectMapper().readTree(fine("inspect", state.toString(), "--json").out());
    assertThat(json.at("/versions/0/name").asText()).isEqualTo("main-1");
    Path version = state.resolve("versions").resolve(json.at("/versions/0/file").asText());
    assertThat(fine("inspect", version.toString()).out())
        .containsPattern("version +main-1")
        .containsPattern("why +the start");
    Path snapshot = state.resolve("snapshots").resolve(json.at("/snapshots/0/file").asText());
    assertThat(fine("inspect", snapshot.toString()).out()).containsPattern("answers +3000");
    Cli resume = Cli.run("evaluate", p.toString(), "--resume", version.toString());
    assertThat(resume.err()).contains("is a version of a live pipeline").hasLineCount(1);
    Cli live = Cli.run("predict", snapshot.toString(), "--data", p.toString());
    assertThat(live.err()).contains("is a snapshot of a live pipeline").hasLineCount(1);
    // A version can be what another pipeline begins with.
    Path next = pipeline("logistic_regression", "next");
    fine("run", next.toString(), "--from", version.toString());
    assertThat(answers("next")).isEqualTo(answers("state"));
    Cli empty = Cli.run("inspect", folder.toString());
    assertThat(empty.err()).contains("holds no live pipeline").hasLineCount(1);
  }
}
