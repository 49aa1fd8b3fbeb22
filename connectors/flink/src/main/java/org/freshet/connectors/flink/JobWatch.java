package org.freshet.connectors.flink;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.freshet.core.ConfigException;
import org.freshet.engine.JobPage;
import org.freshet.engine.JobVitals;

/**
 * Looks at a job that runs, by the REST interface of its cluster: the metrics of its tasks, added
 * up, and how the job itself does.
 */
final class JobWatch {
  /** Looks between two questions after which metrics there are. */
  private static final int LIST_EVERY = 10;

  private static final int MOST_VERTICES = 100;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final Pattern METRIC =
      Pattern.compile("[\\w.>-]{1,300}\\.(" + JobMetric.GROUP + "\\.\\w{1,40}|pendingRecords)");

  private static final Pattern OURS = Pattern.compile("org\\.freshet\\.core\\.\\w+: (.*)");

  private final Rest rest;
  private final String name;
  private final String given; // null where the job is found by its name
  private final boolean merged;
  private final Map<String, String> asked = new HashMap<>(); // metrics by vertex
  private JobVitals last = JobVitals.NONE;
  private int looks;

  /**
   * @param name of the pipeline
   * @param job its id; null for the newest of the name
   * @param merged whether its models are copies
   * @throws ConfigException when the cluster has no such job
   */
  JobWatch(Rest rest, String name, String job, boolean merged) throws IOException {
    this.rest = rest;
    this.name = name;
    this.given = job;
    this.merged = merged;
    if (job != null && !ID.matcher(job).matches()) {
      throw new ConfigException("--job", "is '" + job + "', expected the 32 digits of a job's id");
    }
    try {
      find();
    } catch (IOException e) {
      throw new IOException(silent(e), e);
    }
  }

  /** Shows how the job does once a second until something is done. */
  void follow(JobPage.Showing page, Future<?> until) throws InterruptedException {
    while (true) {
      page.show(look());
      try {
        until.get(1, TimeUnit.SECONDS);
        return;
      } catch (ExecutionException ended) {
        return;
      } catch (TimeoutException goesOn) {
        // the next look
      }
    }
  }

  private String silent(IOException e) {
    String why = e.getMessage() == null ? e.toString() : e.getMessage();
    return "the cluster at " + rest.address() + " does not answer: " + why;
  }

  /** How the job does; the last that is known where nobody answers. */
  JobVitals look() {
    try {
      String job = find();
      if (looks++ % LIST_EVERY == 0 || !job.equals(last.job())) {
        asked.clear();
      }
      last = read(job);
    } catch (IOException e) {
      last = last.without("unreachable", silent(e) + "; trying again");
    } catch (ConfigException gone) { // the cluster has forgotten it
      last = last.without("gone", gone.getMessage());
    }
    return last;
  }

  /** The job, or a newer one of the name where that one has ended. */
  private String find() throws IOException {
    if (!last.ended() && !last.job().isEmpty()) {
      return last.job();
    }
    String found = null;
    long newest = -1;
    List<String> others = new ArrayList<>();
    for (JsonNode j : rest.get("/jobs/overview").path("jobs")) {
      String id = j.path("jid").asText();
      if (!ID.matcher(id).matches()) {
        continue;
      }
      boolean right = given != null ? id.equals(given) : j.path("name").asText().equals(name);
      if (right && number(j, "start-time") > newest) {
        newest = number(j, "start-time");
        found = id;
      } else if (!right && others.size() < 5) {
        others.add(shown(j.path("name").asText()) + " (" + id + ")");
      }
    }
    if (found == null) {
      throw new ConfigException(
          given != null ? "--job" : "--watch",
          rest.address()
              + " has no job "
              + (given != null ? given : "'" + name + "'")
              + (others.isEmpty() ? ", and no other" : "; it has " + String.join(", ", others)));
    }
    return found;
  }

  private JobVitals read(String id) throws IOException {
    JsonNode job = rest.get("/jobs/" + id);
    String state = shown(job.path("state").asText().toLowerCase(Locale.ROOT));
    boolean ended = List.of("finished", "failed", "canceled").contains(state);
    int tasks = 0;
    int running = 0;
    Map<JobMetric, Double> sums = new EnumMap<>(JobMetric.class);
    double[] waiting = {-1};
    int vertices = 0;
    for (JsonNode v : job.path("vertices")) {
      String vertex = v.path("id").asText();
      if (!ID.matcher(vertex).matches() || ++vertices > MOST_VERTICES) {
        continue;
      }
      tasks += (int) number(v, "parallelism");
      running += (int) (number(v.path("tasks"), "RUNNING") + number(v.path("tasks"), "FINISHED"));
      sum("/jobs/" + id + "/vertices/" + vertex, sums, waiting);
    }
    boolean told = sums.containsKey(JobMetric.EVENTS) || !id.equals(last.job());
    return new JobVitals(
        id,
        state,
        ended,
        state.equals("failed") || state.equals("restarting") ? failure(id, state) : null,
        number(job, "start-time"),
        tasks,
        running,
        restarts(id),
        checkpoints(id),
        told ? counts(sums, waiting[0]) : last.counts(), // tasks that begin tell nothing yet
        told ? labels(sums) : last.labels());
  }

  /** Adds what the tasks of a vertex tell. */
  private void sum(String vertex, Map<JobMetric, Double> sums, double[] waiting)
      throws IOException {
    String tasks = vertex + "/subtasks/metrics";
    String names = asked.get(vertex);
    if (names == null) {
      names = names(rest.get(tasks));
    }
    if (!names.isEmpty()) {
      asked.put(vertex, names);
      for (JsonNode m : rest.get(tasks + "?agg=sum&get=" + names)) {
        double value = m.path("sum").asDouble(Double.NaN);
        if (m.path("id").asText().endsWith(".pendingRecords")) {
          waiting[0] = Math.max(0, waiting[0]) + Math.max(0, value);
        } else {
          add(m, value, sums);
        }
      }
    }
    if (merged && names.contains("." + JobMetric.EVENTS.shown())) {
      String manager = vertex + "/jm-operator-metrics";
      String told = names(rest.get(manager));
      if (!told.isEmpty()) {
        for (JsonNode m : rest.get(manager + "?get=" + told)) {
          add(m, m.path("value").asDouble(Double.NaN), sums);
        }
      }
    }
  }

  private static void add(JsonNode m, double value, Map<JobMetric, Double> sums) {
    String shown = m.path("id").asText();
    shown = shown.substring(shown.lastIndexOf('.') + 1);
    for (JobMetric metric : JobMetric.values()) {
      if (metric.shown().equals(shown) && Double.isFinite(value)) {
        sums.merge(metric, value, Double::sum);
      }
    }
  }

  /** Ours, and how much waits at a source. */
  private static String names(JsonNode list) {
    List<String> ours = new ArrayList<>();
    for (JsonNode m : list) {
      String id = m.path("id").asText();
      if (METRIC.matcher(id).matches() && ours.size() < JobMetric.values().length) {
        ours.add(id.replace(">", "%3E"));
      }
    }
    return String.join(",", ours);
  }

  private long restarts(String id) throws IOException {
    JsonNode all = rest.get("/jobs/" + id + "/metrics?get=numRestarts");
    return Math.max(0, all.path(0).path("value").asLong());
  }

  private JobVitals.Checkpoints checkpoints(String id) throws IOException {
    JsonNode all = rest.get("/jobs/" + id + "/checkpoints");
    JsonNode done = all.path("latest").path("completed");
    return new JobVitals.Checkpoints(
        number(all.path("counts"), "completed"),
        number(all.path("counts"), "failed"),
        number(done, "latest_ack_timestamp"),
        number(done, "state_size"),
        number(done, "end_to_end_duration"));
  }

  /** What it failed of last: our own words where there are some, else those of the root cause. */
  private String failure(String id, String state) throws IOException {
    JsonNode newest = rest.get("/jobs/" + id + "/exceptions").at("/exceptionHistory/entries/0");
    String why = "";
    for (String line : newest.path("stacktrace").asText().split("\n", 1000)) {
      if (why.isEmpty() || line.startsWith("Caused by: ")) {
        why = line.replaceFirst("^Caused by: ", "");
      }
      Matcher ours = OURS.matcher(why);
      if (ours.matches()) {
        why = ours.group(1);
        break;
      }
    }
    String what = state.equals("failed") ? "the job failed: " : "the job restarts after: ";
    return what + shown(why.replaceFirst("^[\\w.$]+: ", ""));
  }

  private static JobVitals.Counts counts(Map<JobMetric, Double> sums, double waiting) {
    boolean classes = sums.containsKey(JobMetric.RIGHT);
    boolean numbers = sums.containsKey(JobMetric.SQUARED);
    boolean known = sums.containsKey(JobMetric.EVENTS);
    long scored = whole(sums, JobMetric.SCORED);
    return new JobVitals.Counts(
        classes ? "classification" : numbers ? "regression" : known ? "several" : null,
        whole(sums, JobMetric.EVENTS),
        scored,
        classes ? scored - whole(sums, JobMetric.RIGHT) : sums.getOrDefault(JobMetric.SQUARED, 0.0),
        whole(sums, JobMetric.DRIFTS),
        whole(sums, JobMetric.MODEL_BYTES),
        whole(sums, JobMetric.MEMORY),
        sums.getOrDefault(JobMetric.SECONDS, 0.0),
        (long) waiting,
        whole(sums, JobMetric.BAD),
        whole(sums, JobMetric.KEYS),
        whole(sums, JobMetric.MERGES),
        sums.getOrDefault(JobMetric.STALENESS_MEAN, 0.0));
  }

  private static JobVitals.Labels labels(Map<JobMetric, Double> sums) {
    return new JobVitals.Labels(
        whole(sums, JobMetric.LABELS),
        whole(sums, JobMetric.LABELS_EARLY),
        whole(sums, JobMetric.LABELS_DUPLICATE),
        whole(sums, JobMetric.LABELS_CORRECTED),
        whole(sums, JobMetric.LABELS_UNKNOWN),
        whole(sums, JobMetric.LABELS_LATE),
        whole(sums, JobMetric.LABELS_TIMED_OUT),
        whole(sums, JobMetric.LABELS_REFUSED),
        whole(sums, JobMetric.PENDING),
        whole(sums, JobMetric.PENDING_DROPPED)
            + whole(sums, JobMetric.EARLY_DROPPED)
            + whole(sums, JobMetric.WITHOUT_KEY));
  }

  private static long whole(Map<JobMetric, Double> sums, JobMetric m) {
    return Math.round(Math.max(0, sums.getOrDefault(m, 0.0)));
  }

  private static long number(JsonNode of, String field) {
    return Math.max(0, of.path(field).asLong());
  }

  private static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= 300 ? line : line.substring(0, 299) + "…";
  }
}
