package org.freshet.serve.meter;

import org.freshet.core.component.Build;
import org.freshet.core.component.Component;
import org.freshet.core.component.Kind;
import org.freshet.core.live.Exchange;

/** An exchange where nobody is. */
@Component(name = "nobody", kinds = Kind.EXCHANGE, family = "exchange")
public final class Nobody implements Exchange {
  /** None. */
  public record Parameters() {}

  public Nobody(Parameters parameters, Build build) {}

  @Override
  public String name() {
    return "nobody";
  }

  @Override
  public Member member(String pipeline, String name) {
    return new Member() {
      @Override
      public void send(byte[] delta) {}

      @Override
      public byte[] merged() {
        return null;
      }

      @Override
      public boolean ready() {
        return true;
      }

      @Override
      public String trouble() {
        return null;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Centre centre(String pipeline) {
    throw new UnsupportedOperationException("nobody merges");
  }
}
