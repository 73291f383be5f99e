package io.normact.ml;

import io.normact.job.fault.WatchedDisk;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** The local file system as {@code failing:/path}, one change or access to which fails. */
public final class FailingDisk extends WatchedDisk {

  static final String SCHEME = "failing";

  private static final AtomicInteger LEFT = new AtomicInteger();
  private static final AtomicInteger ACCESSES_LEFT = new AtomicInteger();

  static void register(Configuration configuration) {
    configuration.set("fs." + SCHEME + ".impl", FailingDisk.class.getName());
  }

  /** Has the n-th change from now on fail, and no other; with 0 none does. */
  static void failAt(int change) {
    LEFT.set(change);
  }

  /** Has the n-th access from now on fail, and no other: an opened file, a listing, a status. */
  static void failAtAccess(int access) {
    ACCESSES_LEFT.set(access);
  }

  /** Whether the change that was to fail is still to come. */
  static boolean isStillToFail() {
    return LEFT.get() > 0;
  }

  @Override
  protected void change(Path path) throws IOException {
    count(LEFT, path);
  }

  private static void count(AtomicInteger left, Path path) throws IOException {
    if (left.getAndUpdate(n -> Math.max(0, n - 1)) == 1) {
      throw new IOException("Disk failed at " + path.getName());
    }
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    count(ACCESSES_LEFT, path);
    return super.open(path, bufferSize);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    count(ACCESSES_LEFT, path);
    return super.listStatus(path);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    count(ACCESSES_LEFT, path);
    return super.getFileStatus(path);
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
