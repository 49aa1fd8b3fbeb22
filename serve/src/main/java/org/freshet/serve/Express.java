package org.freshet.serve;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Scheduler;
import org.freshet.core.live.AnswerBlock;
import org.freshet.core.live.Records;
import org.freshet.core.live.Reply;
import org.freshet.streams.live.JsonBytes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The short way for events and labels, on which no thread waits: not for a body that comes slowly,
 * and not for an answer. A small request is read and parsed on the thread that looks after all
 * connections and answered on the pipeline's own, because to wake a thread costs more than all the
 * rest of a single event; a large one is parsed and its answer written on another. Everything else
 * takes the way of {@link Routes}.
 */
final class Express extends Handler.Wrapper {
  private static final Logger LOG = LoggerFactory.getLogger(Express.class);
  private static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

  /** A larger body would hold up the other connections while it is parsed. */
  private static final int SMALL_BODY = 8 << 10;

  /** More answers would hold up the pipeline while they are written. */
  private static final int FEW = 16;

  /** Bytes of large bodies that may be read at a time, whatever the number of connections. */
  private static final long HELD = 64L << 20;

  /** Nanoseconds of each second of patience that final answers may be waited for. */
  private static final long PATIENCE_LEFT = 900_000_000;

  private static final byte[] NOTHING = {};

  private final Door door;
  private final Guard guard;
  private final Crowd crowd;
  private final RecordsApi records;
  private final int most;
  private final AtomicLong held = new AtomicLong();
  private final Queue<Ticket> tickets = new ConcurrentLinkedQueue<>();
  private Scheduler.Task sweeping;

  /**
   * @param maxBody the largest body taken
   */
  Express(Door door, Guard guard, Crowd crowd, RecordsApi records, int maxBody) {
    this.door = door;
    this.guard = guard;
    this.crowd = crowd;
    this.records = records;
    this.most = maxBody;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING; // what blocks is handed to another thread below
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Refused refused = crowd.refuses(request);
    if (refused != null) {
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      refuse(refused, response, callback);
      return true;
    }
    boolean events = request.getHttpURI().getPath().equals("/v1/events");
    if (takes(request, events)) {
      new Pending(request, response, callback, events).begin();
    } else {
      request.getComponents().getExecutor().execute(() -> other(request, response, callback));
    }
    return true;
  }

  private boolean takes(Request request, boolean events) {
    return request.getLength() != 0
        && request.getLength() <= most
        && HttpMethod.POST.is(request.getMethod())
        && (events || request.getHttpURI().getPath().equals("/v1/labels"))
        && !request.getHeaders().contains(HttpHeader.CONTENT_ENCODING)
        && !request.getHeaders().contains(HttpHeader.EXPECT)
        && door.live().running()
        && (!events || door.events() != null);
  }

  private void other(Request request, Response response, Callback callback) {
    try {
      if (!super.handle(request, response, callback)) {
        Response.writeError(request, response, callback, 404);
      }
    } catch (Exception e) {
      Response.writeError(request, response, callback, e);
    }
  }

  private static void refuse(Refused e, Response response, Callback callback) {
    JsonBytes out = Routes.json();
    Routes.error(e, response.getHeaders()::put, out);
    send(e.status(), out, response, callback);
  }

  private static void send(int status, JsonBytes json, Response response, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(JSON);
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, json.size());
    response.write(true, ByteBuffer.wrap(Arrays.copyOf(json.array(), json.size())), callback);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    again();
  }

  private void again() {
    sweeping = getServer().getScheduler().schedule(this::sweep, 1, TimeUnit.SECONDS);
  }

  @Override
  protected void doStop() throws Exception {
    sweeping.cancel();
    super.doStop();
  }

  /** Gives up those that waited too long, as where the disk is full. */
  private void sweep() {
    long now = System.nanoTime();
    long patience = TimeUnit.SECONDS.toNanos(door.patience());
    for (Ticket t = tickets.peek(); t != null; t = tickets.peek()) {
      Pending p = t.get();
      if (p != null && now - t.since < patience) {
        break; // those behind it came later
      }
      tickets.poll();
      if (p != null) {
        p.refuse(door.tooLong());
      }
    }
    again();
  }

  /** Who still waits; empty once answered, so that a request is answered once and then let go. */
  private static final class Ticket extends AtomicReference<Pending> {
    private static final long serialVersionUID = 1L;
    final long since = System.nanoTime();
  }

  private final class Pending implements Reply {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final boolean events;
    private final Ticket ticket = new Ticket();
    private byte[] body;
    private int length;
    private long counted; // of the bytes held
    private boolean admitted;
    private boolean array;
    private final Finals finals = new Finals();
    private long wait; // nanoseconds, for final answers
    private Records given;

    Pending(Request request, Response response, Callback callback, boolean events) {
      this.request = request;
      this.response = response;
      this.callback = callback;
      this.events = events;
      long given = request.getLength();
      this.body = new byte[given < 0 ? 1024 : (int) Math.min(given, SMALL_BODY)];
      ticket.set(this);
    }

    /** Who may not push is told so before much of it is read. */
    void begin() {
      try {
        if (request.getLength() < 0 || request.getLength() > SMALL_BODY) {
          admit();
        }
        read();
      } catch (Refused e) {
        refuseUnread(e);
      }
    }

    private void admit() {
      guard.admit(
          name -> request.getHeaders().get(name),
          Request.getRemoteAddr(request),
          events ? Access.PREDICT : Access.LABEL);
      admitted = true;
    }

    /** Reads what is there, and comes back when there is more. */
    private void read() {
      while (true) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(Invocable.from(InvocationType.NON_BLOCKING, this::read));
          return;
        }
        if (Content.Chunk.isFailure(chunk)) {
          letGo();
          callback.failed(chunk.getFailure());
          return;
        }
        Refused refused = take(chunk);
        boolean last = chunk.isLast();
        chunk.release();
        if (refused != null) {
          refuseUnread(refused);
          return;
        }
        if (last) {
          if (length > SMALL_BODY) {
            request.getComponents().getExecutor().execute(this::submit);
          } else {
            submit();
          }
          return;
        }
      }
    }

    /** Gives why it cannot be taken; null when it is. */
    private Refused take(Content.Chunk chunk) {
      int n = chunk.remaining();
      if (n > most - length) {
        return Body.tooLarge(most);
      }
      if (n > body.length - length) {
        int room = (int) Math.min(most, Math.max(2L * body.length, (long) length + n));
        long before = counted;
        counted = room > SMALL_BODY ? room : 0;
        if (held.addAndGet(counted - before) > HELD) {
          return new Refused(503, "too many large bodies at a time; try again in a second", 1);
        }
        body = Arrays.copyOf(body, room);
      }
      chunk.get(body, length, n);
      length += n;
      return null;
    }

    private void letGo() {
      held.addAndGet(-counted);
      counted = 0;
      body = NOTHING;
    }

    private void refuseUnread(Refused e) {
      letGo();
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      refuse(e);
    }

    private void submit() {
      try {
        if (!admitted) {
          admit();
        }
        door.open();
        wait = events ? records.wait(parameter()) : 0;
        Records parsed = records.parse(body, length, events);
        array = Body.isArray(body, length);
        letGo();
        if (parsed.size() == 0) {
          answer(parsed, null);
        } else {
          tickets.add(ticket);
          door.put(parsed.replyTo(this));
        }
      } catch (Refused e) {
        letGo();
        refuse(e);
      } catch (RuntimeException e) {
        letGo();
        refuse(failed(e));
      }
    }

    private String parameter() {
      String query = request.getHttpURI().getQuery();
      return query == null ? null : Request.extractQueryParameters(request).getValue("wait");
    }

    @Override
    public boolean waits() {
      return wait > 0 && ticket.get() != null;
    }

    /** On the pipeline's thread, which goes on whatever happens here. */
    @Override
    public void done(Records taken, AnswerBlock answers) {
      try {
        given = taken;
        if (finals.take(answers) || wait == 0) {
          answer();
        } else {
          long left = ticket.since + PATIENCE_LEFT * door.patience() - System.nanoTime();
          getServer()
              .getScheduler()
              .schedule(this::write, Math.max(0, Math.min(wait, left)), TimeUnit.NANOSECONDS);
        }
      } catch (RuntimeException e) {
        refuse(failed(e));
      }
    }

    @Override
    public void last(int i, AnswerBlock answer) {
      try {
        if (finals.take(i, answer)) {
          answer();
        }
      } catch (RuntimeException e) {
        refuse(failed(e));
      }
    }

    private void answer() {
      if (given.size() > FEW) {
        request.getComponents().getExecutor().execute(this::write);
      } else {
        write();
      }
    }

    private void write() {
      if (ticket.get() != null) { // else it was answered
        answer(given, finals);
      }
    }

    private void answer(Records taken, Finals answers) {
      JsonBytes out = Routes.json();
      records.answer(taken, answers, array, events, out);
      if (ticket.getAndSet(null) != null) {
        send(200, out, response, callback);
      }
    }

    @Override
    public void failed(Records given, RuntimeException why) {
      refuse(new Refused(503, why.getMessage(), 1));
    }

    private Refused failed(RuntimeException e) {
      LOG.error("{} failed", request.getHttpURI().getPath(), e);
      return new Refused(500, "failed: " + e.getMessage());
    }

    void refuse(Refused e) {
      if (ticket.getAndSet(null) != null) {
        Express.refuse(e, response, callback);
      }
    }
  }
}
