package org.freshet.serve;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.freshet.streams.live.JsonBytes;

/** Errors of requests that reach no route, such as those that are no HTTP, in the common form. */
final class JsonErrors extends ErrorHandler {
  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int code,
      String message,
      Throwable cause,
      Callback callback) {
    JsonBytes out = Routes.json();
    String why = message == null ? HttpStatus.getMessage(code) : message;
    Routes.error(new Refused(code, why), response.getHeaders()::put, out);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.write(true, ByteBuffer.wrap(Arrays.copyOf(out.array(), out.size())), callback);
  }

  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }
}
