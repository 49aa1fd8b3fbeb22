package org.freshet.cli;

import java.nio.file.Path;
import java.util.Locale;
import org.freshet.core.ConfigException;
import org.freshet.engine.ask.AskPlan;
import org.freshet.evaluate.EvaluateOptions;
import org.freshet.evaluate.Evaluation;
import org.freshet.evaluate.Evaluator;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.journal.JournalSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Test, then train, on every event in order. */
@Command(
    name = "evaluate",
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Predict on every event of a stream, then learn from its label, and tell how good the predictions were.",
    footer = {
      "",
      "Example: freshet evaluate --data elec.csv.gz --label class --model 'hoeffding_tree(grace_period=100)'"
    })
final class EvaluateCommand implements Runnable {
  private static final int MANY_CLASSES = 200;

  private final Console console;

  @Mixin PlanOptions what;

  @Mixin RunOptions how;

  @Mixin RunOptions.Files files;

  @Option(
      names = "--predictions",
      paramLabel = "FILE",
      description = "Write one predicted label (or value) per line.")
  Path predictions;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write a snapshot at the end of the events read.")
  Path save;

  @Option(
      names = "--resume",
      paramLabel = "FILE",
      description = "Go on from a snapshot; what is not given is taken from it.")
  Path resume;

  @Option(
      names = "--importance",
      paramLabel = "N",
      description = "Every N events, tell what each column matters to the trees of the model.")
  Long importance;

  private int columns;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    files.check();
    Outputs.check("--predictions", predictions);
    Outputs.check("--save", save);
    Streams.checkCount("--importance", importance);
    Snapshot from = resume == null ? null : Snapshot.readEvaluation(resume);
    Plan plan = what.plan(from, console);
    EvaluateOptions options = how.options(from);
    checkProtocol(plan);
    boolean again =
        options.passes() > 1 || options.nearFuture() == EvaluateOptions.AUTO && from == null;
    plan.check(
        options.limit(),
        again && !(options.inMemory() && options.nearFuture() != EvaluateOptions.AUTO));
    if (from != null) {
      from.check(plan, options);
      String asks = AskPlan.since(from.setup().labels().ask(), plan.setup().labels().ask());
      if (asks != null) {
        console.err().println(asks);
      }
    }
    compareWithRun(plan);
    Evaluation e = evaluate(plan, options, from);
    Evaluations.tell(e, files, console);
    if (save != null) {
      console.err().println("snapshot: " + save);
    }
    advise(e);
    AskPlan ask = plan.setup().labels().ask();
    if (ask != null && e.isClassification()) {
      String idle = ask.budget().idlePrices(e.classes().names());
      if (idle != null) {
        console.err().println("note: " + idle);
      }
    }
  }

  private void checkProtocol(Plan plan) {
    if (plan.protocol() != null && (save != null || resume != null)) {
      throw new ConfigException(
          save != null ? "--save" : "--resume",
          "is for a stream as it comes; the tasks of a protocol are run in one go");
    }
  }

  /** A protocol reads as many events as the limit says, and makes more or fewer of them. */
  private Evaluation evaluate(Plan plan, EvaluateOptions given, Snapshot from) {
    EvaluateOptions options = plan.protocol() == null ? given : given.withLimit(0);
    Evaluator evaluator = new Evaluator(plan.job(from, given.limit()), options);
    if (predictions != null) {
      evaluator.predictionsTo(predictions);
    }
    if (importance != null) {
      evaluator.importance(importance, new TreeImportance());
    }
    if (from != null) {
      evaluator.resumeFrom(from.run());
    }
    evaluator.onStop(
        stop -> {
          columns = stop.schema().isSparse() ? 1 : stop.schema().width();
          if (save != null) {
            Snapshot.write(save, plan, options, stop);
          }
        });
    return Evaluations.run(evaluator, console, plan, options);
  }

  /** Says where a recorded run learnt something else than its events and labels tell. */
  private void compareWithRun(Plan plan) {
    if (!plan.source().name().equals("journal")) {
      return;
    }
    Entry e = JournalSource.departure(Path.of(plan.source().values().get("path").text()));
    if (e != null) {
      boolean merged = e.command().startsWith("merged ");
      console
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  "note: entry %d of the journal is '%s': %s, which is not repeated; predictions may"
                      + " differ from the run's from there on",
                  e.number(),
                  merged ? "merged" : e.command().split(" \\d")[0],
                  merged
                      ? "the run took in what others had learnt"
                      : e.command().startsWith("restore")
                          ? "the run went back to an older model"
                          : "the models rested until 'fallback off'"));
    }
  }

  /** What looks like a mistake although it is none that can be refused. */
  private void advise(Evaluation e) {
    if (columns == 0) {
      console
          .err()
          .println("note: the stream has no column besides the label; is the separator right?");
    }
    if (e.isClassification() && e.classes().names().size() > MANY_CLASSES) {
      console
          .err()
          .println(
              String.format(
                  Locale.ROOT,
                  "note: the label has %,d classes; if it is a number, add '--task regression'",
                  e.classes().names().size()));
    }
  }
}
