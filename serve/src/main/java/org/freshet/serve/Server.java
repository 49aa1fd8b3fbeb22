package org.freshet.serve;

import java.util.List;
import java.util.function.Consumer;
import org.freshet.core.ConfigException;
import org.freshet.engine.section.ServeSection;
import org.freshet.runtime.Live;
import org.freshet.serve.ask.Questions;
import org.freshet.serve.meter.Meters;

/**
 * The HTTP front of a live pipeline; listens before the pipeline is started, because the first
 * event may tell the columns. See {@link RecordsApi}, {@link ModelApi}, {@link HealthApi} and
 * {@link InferenceApi} for what it answers, {@link Guard} for whom.
 */
public final class Server implements AutoCloseable {
  /** Seconds an answer is waited for. */
  private static final int PATIENCE = 30;

  private final Front front;
  private final Consumer<String> announce;
  private boolean announced;

  private Server(
      Live live,
      ServeSection.Parameters settings,
      String version,
      Meters meters,
      Questions queue,
      Consumer<String> announce,
      int patience) {
    this.announce = announce;
    Door door = new Door(live, patience);
    this.front =
        new Front(
            settings,
            (routes, guard, crowd) -> {
              RecordsApi records = new RecordsApi(door, settings.maxBody(), settings.maxBatch());
              records.add(routes);
              new QuestionsApi(door, meters, queue, settings.maxBody()).add(routes);
              new CsvApi(door, queue, settings.maxBody(), settings.maxBatch()).add(routes);
              new ModelApi(door, settings.maxBody()).add(routes);
              new HealthApi(door, version, meters::prometheus).add(routes);
              new Page(meters::page).add(routes);
              new InferenceApi(door, version, settings.maxBody(), settings.maxBatch()).add(routes);
              return new Express(door, guard, crowd, records, settings.maxBody());
            });
    if (door.events() != null) {
      door.events().whenWaiting(this::ready);
    }
  }

  /**
   * @param live not started yet
   * @param meters what {@code /metrics} and the page show
   * @param queue of open questions; null where there is none
   * @param announce told the address once events are taken; on any thread
   * @throws ConfigException when the settings are not safe or the files of them not right
   */
  public static Server start(
      Live live,
      ServeSection.Parameters settings,
      String version,
      Meters meters,
      Questions queue,
      Consumer<String> announce) {
    return start(live, settings, version, meters, queue, announce, PATIENCE);
  }

  /**
   * As the other.
   *
   * @param patience seconds an answer is waited for
   */
  static Server start(
      Live live,
      ServeSection.Parameters settings,
      String version,
      Meters meters,
      Questions queue,
      Consumer<String> announce,
      int patience) {
    Server server = new Server(live, settings, version, meters, queue, announce, patience);
    server.front.start();
    return server;
  }

  /** The pipeline runs: the address is told, unless it was. */
  public synchronized void ready() {
    if (!announced) {
      announced = true;
      announce.accept(address());
    }
  }

  /** Such as {@code http://127.0.0.1:8080}. */
  public String address() {
    return front.address();
  }

  /** All that is served, as the document of the API must have it. */
  List<Routes.Route> routes() {
    return front.routes();
  }

  @Override
  public void close() {
    front.close();
  }
}
