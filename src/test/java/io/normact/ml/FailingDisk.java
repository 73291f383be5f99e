package io.normact.ml;

import io.normact.job.fault.WatchedDisk;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The local file system as {@code failing:/path}, one change to which fails. */
public final class FailingDisk extends WatchedDisk {

  static final String SCHEME = "failing";

  private static final AtomicInteger LEFT = new AtomicInteger();

  static void register(Configuration configuration) {
    configuration.set("fs." + SCHEME + ".impl", FailingDisk.class.getName());
  }

  /** Has the n-th change from now on fail, and no other; with 0 none does. */
  static void failAt(int change) {
    LEFT.set(change);
  }

  /** Whether the change that was to fail is still to come. */
  static boolean isStillToFail() {
    return LEFT.get() > 0;
  }

  @Override
  protected void change(Path path) throws IOException {
    if (LEFT.getAndUpdate(left -> Math.max(0, left - 1)) == 1) {
      throw new IOException("Disk failed at " + path.getName());
    }
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }
}
