package org.freshet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TokenCommandTest {
  @Test
  void aTokenAndTheLineThatLetsItIn() throws Exception {
    Cli made = Cli.run("token", "web", "--rights", "predict,label");
    assertThat(made.code()).isZero();
    String[] lines = made.out().split("\\R");
    assertThat(lines).hasSize(2);
    assertThat(lines[0]).matches("token: [\\w-]{43}");
    byte[] hash =
        MessageDigest.getInstance("SHA-256")
            .digest(lines[0].substring(7).getBytes(StandardCharsets.UTF_8));
    assertThat(lines[1])
        .isEqualTo("line:  predict,label web sha256:" + HexFormat.of().formatHex(hash));
    assertThat(Cli.run("token", "web", "--rights", "predict,label").out()).isNotEqualTo(made.out());
  }

  @Test
  void wrongRightsAndNamesAreToldSo() {
    Cli right = Cli.run("token", "web", "--rights", "predct");
    assertThat(right.code()).isEqualTo(2);
    assertThat(right.err())
        .isEqualToIgnoringNewLines(
            "freshet: --rights: 'predct' is no right; there are predict, label, admin; did you mean"
                + " 'predict'?");
    Cli name = Cli.run("token", "a b", "--rights", "admin");
    assertThat(name.code()).isEqualTo(2);
    assertThat(name.err())
        .isEqualToIgnoringNewLines(
            "freshet: the name 'a b' of a token has other characters than letters, digits . _ @ -");
  }
}
