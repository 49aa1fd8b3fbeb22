package org.freshet.runtime;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.freshet.core.Batch;
import org.freshet.core.ConfigException;
import org.freshet.core.Schema;
import org.freshet.core.state.ModelStore;
import org.freshet.core.state.StateReader;
import org.freshet.core.state.StateWriter;
import org.freshet.engine.Engine;
import org.freshet.engine.MemoryBudget;
import org.freshet.engine.Outcomes;
import org.freshet.engine.PipelineFile;
import org.freshet.engine.Setup;
import org.freshet.engine.Snapshot;
import org.freshet.engine.ask.AskPlan;
import org.freshet.runtime.contest.Contest;
import org.freshet.runtime.journal.Entry;
import org.freshet.runtime.watch.Watches;

/**
 * What a live pipeline is: a function of the journal. The one that answers, the one that recovers
 * after a crash and the one that makes a snapshot in the background are all this class, given the
 * same entries in the same order. It reads no clock and asks nobody.
 */
public final class Replica implements AutoCloseable {
  private final PipelineFile file;
  private final Schema schema;
  private final ModelStore store;
  private final VersionStore frozen;
  private final int threads;
  private Terms terms;
  private boolean agreed; // the terms are in the journal, or in the snapshot before
  private String origin = "";
  private Entrants entrants;
  private Contest contest;
  private Participant participant; // null where its models are its own
  private final Watches watches;
  private final Map<String, Long> positions = new LinkedHashMap<>();
  private long entry;
  private long answers;

  /**
   * @param schema of the events; its dictionaries belong to this replica
   * @param threads threads a learner with the trait PARALLEL may use
   */
  public Replica(PipelineFile file, Schema schema, int threads) {
    this(file, schema, threads, null);
  }

  /**
   * @param store for the models of keys beyond memory; null where there is none
   */
  public Replica(PipelineFile file, Schema schema, int threads, ModelStore store) {
    this.file = file;
    this.schema = schema;
    this.store = store;
    this.threads = threads;
    this.frozen = VersionStore.of(file);
    this.terms = Terms.of(file);
    this.entrants = new Entrants(file, terms, schema, threads, store);
    this.contest = contest(entrants, terms);
    this.participant = join();
    this.watches = new Watches(file.live().watch(), schema, file.seed());
  }

  /**
   * Takes an entry of the journal.
   *
   * @param rows of the entry; empty for a command
   * @param out overwritten with what they brought
   */
  public void apply(Entry e, Batch rows, Outcomes out) {
    entry = e.number() + 1;
    positions.putAll(e.positions());
    contest.forget();
    contest.at(entry);
    contest.process(rows, out);
    watches.see(rows, out, contest::changed);
    if (participant != null) {
      participant.learnt(out.labels());
    }
    if (e.command() != null) {
      obey(Command.parse(e.command()));
    }
    answers += out.predictions() + out.last().size();
  }

  private void obey(Command c) {
    switch (c.word()) {
      case Command.HISTORY -> history(c.fileName(), c.checksum());
      case Command.MODELS -> {
        become(Terms.parse(c.rest()));
        agreed = true;
      }
      case Command.RESTORE -> restore(c);
      case Command.DELTA -> participant.send();
      case Command.MERGED -> participant.take(c.rest());
      default -> contest.command(c.text());
    }
  }

  /** Goes on under other terms. */
  private void become(Terms others) {
    if (others.equals(terms)) {
      return;
    }
    Entrants made = new Entrants(file, others, schema, threads, store);
    Contest next = contest(made, others);
    next.succeed(contest);
    contest.close();
    contest = next;
    entrants = made;
    terms = others;
    Participant before = participant;
    participant = join();
    if (participant != null && before != null) {
      participant.succeed(before);
    }
  }

  private Participant join() {
    return Participant.of(terms, file.seed(), contest.engines().get(0));
  }

  private static Contest contest(Entrants of, Terms terms) {
    return new Contest(of.all(), terms.promote());
  }

  /** The pipeline begins with what another had learnt, see {@link History}. */
  private void history(String name, String checksum) {
    History h = new History(name, frozen.open(name, checksum));
    origin = checksum;
    h.into(contest.engines().get(0));
    contest.followMain();
    contest.begin("history: " + h.origin());
  }

  private void restore(Command c) {
    StateReader version = frozen.open(c.fileName(), c.checksum()).run().child("engine");
    String model = contest.versionOf(c.number()).model();
    contest.restore(c.number(), entrants.engine(model), version);
  }

  /**
   * Refuses a command that could not be obeyed, before it is in the journal: what is there must
   * never fail.
   *
   * @throws ConfigException that says why
   */
  public void check(String command) {
    Command c = Command.parse(command);
    if (participant != null && c.word().equals(Command.MERGED)) {
      participant.check(c.rest());
      return;
    }
    String refused =
        c.word().equals(Command.RESTORE)
            ? participant != null
                ? "the model is merged with those of others, where an older one cannot be restored"
                : contest.refusesToRestore(c.number())
            : contest.refuses(command);
    if (refused != null) {
      throw new ConfigException("command", refused);
    }
    if (c.word().equals(Command.RESTORE)) { // a file that cannot be taken is found out now
      Snapshot version = frozen.open(c.fileName(), c.checksum());
      try (Engine tried = entrants.engine(contest.versionOf(c.number()).model())) {
        tried.loadModel(version.run().child("engine"));
      }
    }
  }

  /** Checksum of what it began with; empty where it began with nothing. */
  String origin() {
    return origin;
  }

  /** Whether replay knows the terms without the file. */
  boolean agreed() {
    return agreed;
  }

  /** The terms it runs under. */
  Terms terms() {
    return terms;
  }

  /**
   * Tries whether it could go on under others.
   *
   * @throws ConfigException that says why not
   */
  void check(Terms others) {
    Terms.Member now = others.member();
    if (now != null && (terms.member() == null || !now.name().equals(terms.member().name()))) {
      throw new ConfigException(
          "place",
          (terms.member() == null
                  ? "this pipeline has learnt by itself, and takes part in a merged model from its"
                      + " first event on or not at all"
                  : "this is '"
                      + terms.member().name()
                      + "', and its deltas are counted by that name")
              + "; take that back, or give 'state.directory' a new folder");
    }
    Entrants made = new Entrants(file, others, schema, threads, store);
    try (Contest tried = contest(made, others)) {
      String refused = tried.refuses(contest);
      if (refused != null) {
        throw new ConfigException("challengers", refused);
      }
      tried.succeed(contest);
    }
  }

  public Schema schema() {
    return schema;
  }

  /** What is to be said of prices for classes that never were; null where there are none. */
  String idlePrices() {
    AskPlan ask = terms.labels(file).ask();
    return ask == null || schema.labels() == null
        ? null
        : ask.budget().idlePrices(schema.labels().names());
  }

  /** The engine of the champion. */
  public Engine engine() {
    return contest.champion();
  }

  /** The engine that answers now: the champion's, or while time is short the fallback's. */
  public Engine answering() {
    return contest.answers();
  }

  /** The champion, its challengers and the fallback. */
  public Contest contest() {
    return contest;
  }

  /** Where models of keys lie beyond memory; null where there is no such place. */
  ModelStore store() {
    return store;
  }

  /** What is watched. */
  public Watches watches() {
    return watches;
  }

  /** What it knows as one of several whose models are merged; null where its model is its own. */
  public Participant participant() {
    return participant;
  }

  /** How memory is shared out. */
  public MemoryBudget budget() {
    return entrants.budget();
  }

  /** Name of the model that answers the next event. */
  public String model() {
    return contest.model();
  }

  /** Entries of the journal taken. */
  public long entry() {
    return entry;
  }

  /** Answers given. */
  public long answers() {
    return answers;
  }

  /** Positions behind what was consumed, by {@code feed/partition}. */
  public Map<String, Long> positions() {
    return positions;
  }

  /** Features that models gave up because memory was short, in words, by model. */
  public Map<String, List<String>> givenUp() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    for (String model : contest.models()) {
      all.put(model, contest.engineOf(model).givenUp());
    }
    return all;
  }

  /** Bytes of models and waiting events. */
  public long memoryBytes() {
    long copies = participant == null ? 0 : participant.memoryBytes();
    return contest.memoryBytes() + watches.memoryBytes() + copies;
  }

  /** Waiting events whose rows are in files. */
  int spilled() {
    return contest.spilled();
  }

  /** Names of the files with such rows. */
  Set<String> rowFiles() {
    return contest.rowFiles();
  }

  Setup setup() {
    return new Setup(file.name(), file.source(), file.pipeline(), file.seed(), terms.labels(file));
  }

  public void save(StateWriter out) {
    out.put("entry", entry);
    out.put("answers", answers);
    out.put("position-names", positions.keySet().toArray(new String[0]));
    out.put("positions", positions.values().stream().mapToLong(Long::longValue).toArray());
    out.put("origin", origin);
    out.put("terms", terms.text());
    List<String> given = new ArrayList<>(); // for who inspects it: the models know
    givenUp().forEach((model, texts) -> texts.forEach(t -> given.add(model + ": " + t)));
    out.put("given-up", given.toArray(new String[0]));
    contest.save(out.child("models"));
    contest.saveVersions(out.child("versions"));
    watches.save(out.child("watches"));
    if (participant != null) {
      participant.save(out.child("participant"));
    }
  }

  public void load(StateReader in) {
    entry = in.longValue("entry", 0, Long.MAX_VALUE);
    answers = in.longValue("answers", 0, Long.MAX_VALUE);
    String[] names = in.strings("position-names");
    long[] at = in.longs("positions", names.length);
    positions.clear();
    for (int i = 0; i < names.length; i++) {
      positions.put(names[i], at[i]);
    }
    if (in.has("terms")) {
      agreed = true;
      origin = in.string("origin");
      Terms saved = terms(in);
      if (!saved.equals(terms)) {
        contest.close();
        terms = saved;
        entrants = new Entrants(file, saved, schema, threads, store);
        contest = contest(entrants, saved);
        participant = join();
      }
    }
    contest.load(in.child("models"));
    if (in.has("versions")) {
      contest.loadVersions(in.child("versions"));
    }
    watches.load(in.child("watches"));
    if (participant != null) {
      participant.load(in.child("participant"));
    }
  }

  private static Terms terms(StateReader in) {
    try {
      return Terms.parse(in.string("terms"));
    } catch (IllegalArgumentException e) {
      throw in.corrupt("terms", "cannot be: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    contest.close();
  }
}
