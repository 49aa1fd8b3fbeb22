package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import org.freshet.core.component.ComponentProvider;
import org.freshet.core.component.Components;
import org.junit.jupiter.api.Test;

class LauncherTest {
  /** Those it does not know would run without the SIMD registers. */
  @Test
  void theLauncherKnowsAllNetworks() throws IOException {
    String line =
        Files.readAllLines(Cli.HOME.resolve("freshet")).stream()
            .filter(l -> l.startsWith("networks="))
            .findFirst()
            .orElseThrow();
    String[] known = line.substring("networks='".length(), line.length() - 1).split("\\|");
    List<String> networks =
        Components.all().stream()
            .filter(c -> c.family().equals("neural"))
            .map(ComponentProvider::name)
            .toList();
    assertThat(networks)
        .contains("mlp")
        .allSatisfy(n -> assertThat(Arrays.stream(known).anyMatch(n::contains)).as(n).isTrue());
  }
}
