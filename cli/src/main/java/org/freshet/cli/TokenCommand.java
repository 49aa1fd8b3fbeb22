package org.freshet.cli;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.freshet.core.ConfigException;
import org.freshet.core.component.Suggest;
import org.freshet.serve.Access;
import org.freshet.serve.Tokens;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a token for the HTTP API. */
@Command(
    name = "token",
    sortOptions = false,
    abbreviateSynopsis = true,
    description =
        "Make a token for the HTTP API: the token itself, and the line of the tokens file.",
    footer = {"", "Example: freshet token web --rights predict,label"})
final class TokenCommand implements Runnable {
  private final Console console;

  @Parameters(index = "0", paramLabel = "NAME", description = "Whose it is.")
  String name;

  @Option(
      names = "--rights",
      paramLabel = "RIGHTS",
      split = ",",
      required = true,
      description = "What it may do: predict, label, admin, with commas between.")
  List<String> rights = new ArrayList<>();

  TokenCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Set<Access> all = EnumSet.noneOf(Access.class);
    for (String word : rights) {
      Access right = Access.right(word.strip());
      if (right == null) {
        List<String> known = Access.RIGHTS.stream().map(Access::toString).toList();
        throw new ConfigException(
            "--rights",
            "'"
                + word
                + "' is no right; there are "
                + String.join(", ", known)
                + Suggest.didYouMean(word, known));
      }
      all.add(right);
    }
    Tokens.Made made = Tokens.make(name, all);
    console.out().println("token: " + made.token());
    console.out().println("line:  " + made.line());
    console.out().flush();
  }
}
