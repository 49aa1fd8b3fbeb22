package org.freshet.connectors.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.freshet.core.component.Build;
import org.freshet.core.component.Components;
import org.freshet.core.component.Spec;
import org.freshet.core.live.Feed;
import org.freshet.core.live.Sink;
import org.freshet.engine.PipelineFile;
import org.freshet.runtime.Live;
import org.freshet.runtime.LiveListener;

/** A live pipeline from Kafka to Kafka, as the command line makes it. */
final class Pipe implements AutoCloseable {
  final PipelineFile file;
  final List<Feed> feeds = new ArrayList<>();
  final Live live;

  Pipe(String name, String yaml, Path folder) {
    file = PipelineFile.parse(name, yaml, folder, List.of());
    feeds.add(Components.create(file.source(), Build.of(null), Feed.class));
    if (file.live().labelSource() != null) {
      feeds.add(Components.create(file.live().labelSource(), Build.of(null), Feed.class));
    }
    live = new Live(file, feeds, 1, "test", LiveListener.NONE);
  }

  Pipe start() throws InterruptedException {
    List<Sink> sinks = new ArrayList<>();
    for (Spec s : file.live().sinks()) {
      sinks.add(Components.create(s, Build.of(null), Sink.class));
    }
    live.start(sinks);
    return this;
  }

  @Override
  public void close() {
    live.close();
  }
}
