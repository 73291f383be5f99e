package io.normact.ml;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** The local file system as {@code failing:/path}, one change to which fails. */
public final class FailingDisk extends RawLocalFileSystem {

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

  private static void change(Path path) throws IOException {
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

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    change(to);
    return super.rename(from, to);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    if (exists(path)) {
      change(path);
    }
    return super.delete(path, recursive);
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    change(path);
    return super.createOutputStreamWithMode(path, append, permission);
  }

  @Override
  protected boolean mkOneDirWithMode(Path path, File file, FsPermission permission)
      throws IOException {
    if (!file.exists()) {
      change(path);
    }
    return super.mkOneDirWithMode(path, file, permission);
  }
}
