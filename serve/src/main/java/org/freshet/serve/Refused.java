package org.freshet.serve;

/** A request that is answered with an error. */
final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final int status;
  private final int retryAfter;
  private final int record;
  private final String member;

  Refused(int status, String message) {
    this(status, message, 0);
  }

  /**
   * @param retryAfter seconds after which to try again; 0 for none
   */
  Refused(int status, String message, int retryAfter) {
    this(status, message, retryAfter, -1, null);
  }

  /**
   * @param record which of those given, counted from 0; -1 for none of them
   * @param member of it that is at fault; null for none
   */
  Refused(int status, String message, int retryAfter, int record, String member) {
    super(message, null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
    this.record = record;
    this.member = member;
  }

  int status() {
    return status;
  }

  int retryAfter() {
    return retryAfter;
  }

  int record() {
    return record;
  }

  String member() {
    return member;
  }
}
